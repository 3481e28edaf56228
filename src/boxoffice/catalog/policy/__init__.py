"""Pure decisions of the catalogue: how plans are read, which seats lie together, what may be sold."""

from boxoffice.catalog.policy.best import runs
from boxoffice.catalog.policy.plans import PlanFormat, parse_plan
from boxoffice.catalog.policy.selling import clean_description, moment_ms, priced, seats_per_fan_of

__all__ = ["PlanFormat", "clean_description", "moment_ms", "parse_plan", "priced", "runs", "seats_per_fan_of"]
