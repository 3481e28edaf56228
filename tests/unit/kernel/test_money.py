"""Money."""

from boxoffice.kernel.money import balanced


def test_a_transfer_balances_when_its_lines_sum_to_zero() -> None:
    assert balanced([5, -3, -2])
    assert not balanced([5, -3])
