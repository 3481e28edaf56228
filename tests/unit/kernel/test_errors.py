"""Errors and their place in the table of statuses."""

import pytest

from boxoffice.http.errors import STATUS, status_of
from boxoffice.kernel import errors
from boxoffice.kernel.errors import BoxofficeError

EVERY = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, BoxofficeError) and kind is not BoxofficeError
]


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_has_a_status_a_code_and_a_sentence(kind: type[BoxofficeError]) -> None:
    assert 400 <= status_of(kind) < 600
    assert kind.sentence.endswith(".")
    assert kind.code.replace("_", "").isalpha()


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in EVERY]

    assert len(codes) == len(set(codes))


def test_an_error_of_a_feature_takes_the_status_of_its_nearest_ancestor() -> None:
    class Lost(errors.Unavailable):
        """One that the table does not name."""

    assert status_of(Lost) == STATUS[errors.Unavailable]


def test_an_error_without_a_row_is_a_mistake() -> None:
    with pytest.raises(LookupError):
        status_of(BoxofficeError)


def test_an_error_keeps_its_sentence_and_its_members() -> None:
    plain, told = errors.SeatTaken(), errors.SeatTaken("Seats 3 and 4 are gone.", seats=[3, 4])

    assert (plain.detail, dict(plain.members)) == (errors.SeatTaken.sentence, {})
    assert (str(told), dict(told.members)) == ("Seats 3 and 4 are gone.", {"seats": [3, 4]})
