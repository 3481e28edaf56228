"""Boxoffice: concert reservations that survive the minute when sales open."""
