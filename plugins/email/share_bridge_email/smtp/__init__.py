"""SMTP as a client needs it, over streams that somebody else opened (RFC 5321)."""
