"""The web page: one file that needs nothing else."""
