"""Money is integer minor units of one currency (KRW has no minor unit: 1 is one won)."""

AMOUNT_MINOR_MAX = 1_000_000_000_000
"""The largest single amount; far above any wallet, far below what 64 bits hold."""

CURRENCIES = frozenset({"KRW", "JPY", "USD", "EUR", "GBP"})


def balanced(amounts_minor: list[int]) -> bool:
    """Whether the lines of one transfer sum to zero, as double entry demands."""
    return sum(amounts_minor) == 0
