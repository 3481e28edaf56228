"""The diagram as code: what stands where, and everything that follows from it."""
