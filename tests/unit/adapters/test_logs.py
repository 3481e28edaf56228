"""Lines of the log: what stands in them, what is hidden, and that slow readers keep nobody waiting."""

import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from boxoffice.adapters.logs import CURRENT, WAITING_MAX_BYTES, Lines, LineWriter, by_fan
from boxoffice.kernel.clock import ManualClock


class Request:
    """A request that is being answered."""

    fan_id: str | None = None

    def describe(self, line: dict[str, Any]) -> None:
        line |= {"request_id": "r1", "fan": self.fan_id}


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def line(event: str, level: str = "info", **said: Any) -> dict[str, Any]:
    made = Lines(ManualClock(1_700_000_000_042))(None, level, {"event": event} | said)

    assert made.endswith(b"\n")
    return dict(msgspec.json.decode(made))


def test_a_line_says_when_how_grave_and_what() -> None:
    assert line("held", hold="h", seats=2) == {
        "timestamp": "2023-11-14T22:13:20.042Z",
        "level": "info",
        "event": "held",
        "hold": "h",
        "seats": 2,
    }


def test_a_line_says_on_behalf_of_which_request_it_is() -> None:
    token = CURRENT.set(Request())
    by_fan("ann")
    told = line("held")
    CURRENT.reset(token)

    assert (told["request_id"], told["fan"]) == ("r1", "ann")
    assert "request_id" not in line("held")


def test_a_traceback_is_a_field_of_the_line() -> None:
    try:
        raise ValueError("a bad moment")
    except ValueError as error:
        told = line("request_failed", "error", exc_info=error)

    assert told["exception"].startswith("Traceback")
    assert told["exception"].endswith("ValueError: a bad moment\n")


@pytest.mark.parametrize(
    "secret",
    [
        "ann.bird+x@mine.example",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
        "Zm9ydHktYW5kLW1vcmUtY2hhcmFjdGVycy1vZi1iYXNlNjQ",
    ],
)
def test_what_other_software_says_is_told_without_secrets(secret: str) -> None:
    told = line("job_failed", "warning", detail=f"Duplicate entry '{secret}' for key 'email'")

    assert told["detail"] == "Duplicate entry '[hidden]' for key 'email'"


def test_the_credentials_of_a_url_are_hidden() -> None:
    told = line("primary_lost", "warning", reason="cannot reach mysql://app:hunter2@db/boxoffice")

    assert told["reason"] == "cannot reach mysql://[hidden]db/boxoffice"


def test_an_id_is_no_secret() -> None:
    told = line("job_failed", "warning", detail="no performance 018bcfe5-6800-7000-8000-000000000001")

    assert "018bcfe5-6800-7000-8000-000000000001" in told["detail"]


def test_lines_are_written_in_their_order(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    writer = LineWriter(writing)
    for number in range(1000):
        writer.info(b"%d\n" % number)
    writer.close()

    assert [int(each) for each in os.read(reading, 65_536).split()] == list(range(1000))


def test_a_warning_is_written_at_once(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    writer = LineWriter(writing)
    writer.warning(b"now\n")

    assert os.read(reading, 100) == b"now\n"
    writer.close()


def test_of_a_log_that_nobody_reads_lines_are_dropped_and_counted(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    writer = LineWriter(writing)
    big = b"x" * 65_535 + b"\n"
    fit = WAITING_MAX_BYTES // len(big)
    for _ in range(2 * fit):
        writer.info(big)
    dropped = writer.dropped
    read = 0
    while read < (2 * fit - dropped) * len(big):
        read += len(os.read(reading, 1 << 20))
    writer.close()

    assert fit - 5 < dropped <= fit
    assert writer.dropped == dropped
