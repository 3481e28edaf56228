"""The edges of the system: database, Redis, coalescing, tokens, metrics, logs. They know no feature."""
