"""Every post as every target will show it: what is sent, and what is left out."""
