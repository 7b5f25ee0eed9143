"""From posts to deliveries: plan, claim, send, settle, record."""
