"""Pictures: told what they are, freed of what they do not show, fitted to a target."""
