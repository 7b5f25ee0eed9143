"""One message to many recipients, side by side, host by host."""
