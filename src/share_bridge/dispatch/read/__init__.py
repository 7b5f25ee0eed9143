"""Reads every source, and asks the site what became of posts that left it."""
