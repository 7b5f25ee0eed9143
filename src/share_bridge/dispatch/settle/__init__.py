"""What became of what nobody knows: looked for, adopted, or asked."""
