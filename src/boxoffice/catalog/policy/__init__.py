"""Pure decisions of the catalogue: how plans are read, which seats lie together, what may be sold."""

from boxoffice.catalog.policy.best import runs
from boxoffice.catalog.policy.plans import encode_areas, parse_plan
from boxoffice.catalog.policy.selling import clean_description, moment_ms, priced, seats_per_fan_of

__all__ = ["clean_description", "encode_areas", "moment_ms", "parse_plan", "priced", "runs", "seats_per_fan_of"]
