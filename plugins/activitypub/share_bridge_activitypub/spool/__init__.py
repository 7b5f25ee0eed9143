"""An inbox on its own: what comes in is kept until a run elsewhere has taken it."""
