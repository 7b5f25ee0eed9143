"""Where posts come from: feeds and local files."""
