"""share-bridge: write once, on your own site; every post goes to its readers."""

__version__ = "0.1.0"
