"""A stadium of 54,528 seats, or as much of it as a short run needs, as a CSV that the catalogue imports."""

from boxoffice.catalog.policy.plans import parse_plan

SECTIONS, ROWS, SEATS = 48, 16, 71
STADIUM_SEATS = SECTIONS * ROWS * SEATS
_TIERS = ("FLOOR", "P", "R", "S", "A")
PRICE_MINOR = 1000


def stadium_csv(sections: int = SECTIONS) -> bytes:
    """`sections` blocks of 16 rows of 71 seats, in five tiers from the field outwards."""
    lines = ["section,row,label,tier,x,y"]
    for section in range(sections):
        tier = _TIERS[section * len(_TIERS) // sections]
        left, top = section % 8 * SEATS * 22, section // 8 * ROWS * 32
        for row in range(ROWS):
            lines += [
                f"{section + 1},{row + 1},{seat + 1},{tier},{left + seat * 20},{top + row * 30}"
                for seat in range(SEATS)
            ]
    return "\n".join(lines).encode()


def prices(content: bytes) -> dict[str, int]:
    """Every tier at the same price."""
    return {tier.name: PRICE_MINOR for tier in parse_plan(content, "csv").tiers}
