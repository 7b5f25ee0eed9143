"""What the actor answers over HTTP, under `share-bridge serve`."""
