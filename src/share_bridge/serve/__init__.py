"""The web side: routes of plugins, health and metrics, and publishing on schedule."""
