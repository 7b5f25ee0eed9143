"""What others post to the actor: read with suspicion, then acted on."""
