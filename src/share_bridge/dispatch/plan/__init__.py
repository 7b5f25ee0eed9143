"""Decides what is new, edited, taken back, held or left out: in one transaction."""
