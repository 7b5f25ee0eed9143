"""A target opened for a run: who it is, what it works with, how it is."""
