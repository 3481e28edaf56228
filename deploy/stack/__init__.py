"""The diagram as real processes on one machine."""
