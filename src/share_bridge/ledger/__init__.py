"""The durable record of posts, targets, messages and deliveries."""
