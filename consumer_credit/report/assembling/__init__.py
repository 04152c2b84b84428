"""From executed chapters to one notebook a language: placeholders filled, captions numbered, the matter around them."""
