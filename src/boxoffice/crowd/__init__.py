"""Fans that buy over real HTTP, all from one seed, and the audit of it. It knows the product by HTTP alone."""
