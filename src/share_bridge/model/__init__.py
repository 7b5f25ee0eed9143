"""What the bridge talks about: frozen values that cross every floor."""
