"""What the chapters of the report call beside the library: one module or package for the questions of one chapter."""
