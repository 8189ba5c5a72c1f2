"""One directory: how it is configured, what it can answer, how it is read."""
