"""A stadium sold out by a burst of fans, with everything on this machine."""
