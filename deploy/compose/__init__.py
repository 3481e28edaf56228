"""The diagram as containers: compose.yaml and what its containers read."""
