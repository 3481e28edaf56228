"""Boxoffice: concert reservations that survive the minute when sales open."""

__version__ = "0.1.0"
