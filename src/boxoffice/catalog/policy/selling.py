"""What may be sold: prices for every tier, moments that exist, descriptions that can be read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from boxoffice.catalog.models import DESCRIPTION_MAX_CHARACTERS, PricedTier, Tier
from boxoffice.kernel.errors import InvalidRequest
from boxoffice.kernel.text import clean_line

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def priced(tiers: Sequence[Tier], prices: Mapping[str, int]) -> tuple[PricedTier, ...]:
    """The plan's tiers with their prices, in minor units. Raises `InvalidRequest` unless they match one to one."""
    names = {tier.name for tier in tiers}
    missing = [tier.name for tier in tiers if tier.name not in prices]
    if missing:
        raise InvalidRequest(f"The tier {missing[0]!r} of the plan has no price.", missing=missing)
    unknown = [name for name in prices if name not in names]
    if unknown:
        raise InvalidRequest(f"The plan has no tier {unknown[0][:50]!r}.")
    return tuple(PricedTier(tier.name, tier.color, prices[tier.name]) for tier in tiers)


def moment_ms(moment: datetime, what: str) -> int:
    """A moment with its zone, in ms since the epoch. Raises `InvalidRequest` outside of the years 2000 to 2199."""
    if not _EARLIEST <= moment < _LATEST:
        raise InvalidRequest(f"The {what} lies between the years 2000 and 2199.")
    return round(moment.timestamp() * 1000)


def clean_description(text: str) -> str:
    """Lines of text, each as `clean_line` leaves it, empty ones kept. Raises `InvalidRequest`."""
    if len(text) > DESCRIPTION_MAX_CHARACTERS:
        raise InvalidRequest(f"The description has at most {DESCRIPTION_MAX_CHARACTERS} characters.")
    lines = [
        clean_line(line, "description", DESCRIPTION_MAX_CHARACTERS) if line.strip() else "" for line in text.split("\n")
    ]
    return "\n".join(lines).strip()
