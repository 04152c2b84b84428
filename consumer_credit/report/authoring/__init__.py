"""What editors write (notebooks, captions, placeholders, editions), refused where it could only fail or mislead."""
