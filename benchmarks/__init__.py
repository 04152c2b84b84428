"""Measured, never timed in a test: how long the project's own steps take. Run with `make bench`."""
