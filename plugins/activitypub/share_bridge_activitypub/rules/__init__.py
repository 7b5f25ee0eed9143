"""What tells a host of files their types, what is gone, and where the inbox is."""
