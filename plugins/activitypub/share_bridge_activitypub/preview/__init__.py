"""How servers of each kind show an object, for `share-bridge preview`."""
