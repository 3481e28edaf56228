"""What may be sold: prices for every tier, moments that exist, descriptions that can be read."""

from collections.abc import Mapping, Sequence

from boxoffice.catalog.models import DESCRIPTION_MAX_CHARACTERS, PricedTier, Tier
from boxoffice.kernel.errors import InvalidRequest
from boxoffice.kernel.money import AMOUNT_MINOR_MAX
from boxoffice.kernel.text import clean_line

SEATS_PER_FAN_MAX = 100

_EARLIEST_MS = 946_684_800_000  # 2000-01-01T00:00:00Z
_LATEST_MS = 7_258_118_400_000  # 2200-01-01T00:00:00Z


def priced(tiers: Sequence[Tier], prices: Mapping[str, int]) -> tuple[PricedTier, ...]:
    """The plan's tiers with their prices, in minor units. Raises `InvalidRequest` unless they match one to one."""
    names = {tier.name for tier in tiers}
    missing = [tier.name for tier in tiers if tier.name not in prices]
    if missing:
        raise InvalidRequest(f"The tier {missing[0]!r} of the plan has no price.", missing=missing)
    unknown = [name for name in prices if name not in names]
    if unknown:
        raise InvalidRequest(f"The plan has no tier {unknown[0][:50]!r}.")
    wrong = [name for name, price_minor in prices.items() if not 0 <= price_minor <= AMOUNT_MINOR_MAX]
    if wrong:
        raise InvalidRequest(f"The price of the tier {wrong[0]!r} is not from 0 to {AMOUNT_MINOR_MAX}.")
    return tuple(PricedTier(tier.name, tier.color, prices[tier.name]) for tier in tiers)


def moment_ms(at_ms: int, what: str, *, after_ms: int = 0) -> int:
    """A moment in ms since the epoch. Raises `InvalidRequest` up to `after_ms` and outside of years 2000 to 2199."""
    if at_ms <= after_ms:
        raise InvalidRequest(f"The {what} lies in the past.")
    if not _EARLIEST_MS <= at_ms < _LATEST_MS:
        raise InvalidRequest(f"The {what} lies between the years 2000 and 2199.")
    return at_ms


def seats_per_fan_of(wanted: int) -> int:
    """How many seats one fan may have. Raises `InvalidRequest` outside of 1 to 100."""
    if not 1 <= wanted <= SEATS_PER_FAN_MAX:
        raise InvalidRequest(f"A fan may have from 1 to {SEATS_PER_FAN_MAX} seats.")
    return wanted


def clean_description(text: str) -> str:
    """Lines of text, each as `clean_line` leaves it, empty ones kept. Raises `InvalidRequest`."""
    if len(text) > DESCRIPTION_MAX_CHARACTERS:
        raise InvalidRequest(f"The description has at most {DESCRIPTION_MAX_CHARACTERS} characters.")
    lines = [
        clean_line(line, "description", DESCRIPTION_MAX_CHARACTERS) if line.strip() else "" for line in text.split("\n")
    ]
    return "\n".join(lines).strip()
