"""Sends what is due at a target: composed, claimed, attempted, recorded."""
