"""What is wrong with a signature, a key or a proof."""

from __future__ import annotations

__all__ = ["SignatureError"]


class SignatureError(ValueError):
    """It proves nothing; the message says why, and never quotes a key."""
