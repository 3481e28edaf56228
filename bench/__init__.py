"""The benchmark: what the service does, beside what this machine could do at most. See docs/performance.md."""
