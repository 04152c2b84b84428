"""The report's own typefaces, cut to the characters it uses."""
