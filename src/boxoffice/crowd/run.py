"""One run of the crowd: fetch the programme, let the fans live, read everything back, report."""

import asyncio
import gc
import secrets
import ssl
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from typing import IO

import msgspec
import uvloop
from rich.console import Console

from boxoffice.crowd import audit
from boxoffice.crowd.api import Api
from boxoffice.crowd.audit import Check
from boxoffice.crowd.behaviour import Programme, character_of, programme_of, random_of
from boxoffice.crowd.fan import Fan, Manners
from boxoffice.crowd.figures import Figures
from boxoffice.crowd.live import LiveView
from boxoffice.crowd.messages import Concert
from boxoffice.crowd.patience import Patience
from boxoffice.crowd.refusal import Refused
from boxoffice.crowd.report import CrowdResult, result_of, show
from boxoffice.crowd.seatmap import Rows
from boxoffice.crowd.spread import INSTANCES_MAX, Spread
from boxoffice.crowd.target import CrowdError, target_of

_CONCERT_PAGES_MAX = 100
_PASSWORD = "a-seat-for-everyone"  # noqa: S105  the fans' accounts live as long as the try-out

_BOUNDS: dict[str, tuple[float, float]] = {
    "fans": (1, 200_000),
    "arrival_s": (0, 3600),
    "connections": (1, 1000),
    "patience_s": (0, 3600),
    "wait_s": (1, 86_400),
    "timeout_s": (0.1, 600),
    "think_ms": (0, 60_000),
}


class CrowdPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What to send where. With several `base_urls`, each request goes to the next of them.

    No `concert_ids`: spread over every concert on sale, by its seats. All fans arrive within `arrival_s`.
    `patience_s` bounds how long one call is repeated through faults, `wait_s` how long a fan stands in the queue,
    `timeout_s` one answer. `think_ms` is the mean pause between two steps. `ca_file` is whom to trust for https, in
    place of the system's. The audit needs an operator's account.
    """

    base_urls: tuple[str, ...]
    fans: int
    operator_email: str
    operator_password: str
    seed: int = 1
    concert_ids: tuple[str, ...] = ()
    arrival_s: float = 2.0
    connections: int = 256
    patience_s: float = 60.0
    wait_s: float = 900.0
    timeout_s: float = 15.0
    think_ms: int = 20
    ca_file: str | None = None


def main(plan: CrowdPlan, *, console: Console, json_file: Path | None = None) -> int:
    """Run the plan; the exit status: 0 if every check of the audit holds, 1 if not, 2 if the crowd could not go.

    `json_file` takes the whole result, with what was answered when.
    """
    # The process is the crowd's own. Thousands of fans live long and leave few cycles: looking for them at Python's
    # usual pace took a fifth of the client's CPU.
    gc.set_threshold(100_000, 50, 100)
    try:
        with _opened(json_file) as file:
            result = uvloop.run(run(plan, console=console))
            file.write(msgspec.json.encode(result))
        return 0 if result.ok else 1
    except CrowdError as error:
        console.print(str(error), style="red", markup=False)
        return 2
    except KeyboardInterrupt:
        console.print("The crowd was called back; nothing was audited.")
        return 130


def _opened(json_file: Path | None) -> IO[bytes]:
    """Opened before the crowd goes: that a file cannot be written is not to be found out afterwards."""
    if json_file is None:
        return BytesIO()
    try:
        return json_file.open("wb")
    except OSError as error:
        raise CrowdError(f"{json_file} cannot be written: {error.strerror}.") from None


async def run(plan: CrowdPlan, *, console: Console) -> CrowdResult:
    """Send the crowd, print what became of it, and answer with the figures. Runs best on uvloop.

    Raises `CrowdError` when the plan is out of bounds, when it cannot begin, or when the sale cannot be read back.
    """
    _check_bounds(plan)
    targets = [target_of(base_url) for base_url in plan.base_urls]
    client = Spread(targets, connections=plan.connections, timeout_s=plan.timeout_s, tls=_trust(plan.ca_file))
    figures = Figures()
    patience = Patience(client, figures, random_of(plan.seed, -1), patience_s=plan.patience_s)
    try:
        return await _run(plan, patience, figures, console)
    except Refused as refused:
        raise CrowdError(f"The server at {plan.base_urls[0]} refused the crowd's own errand: {refused.code}.") from None
    finally:
        client.close()


def _trust(ca_file: str | None) -> ssl.SSLContext | None:
    """Raises `CrowdError` where the file cannot be read."""
    if ca_file is None:
        return None
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise CrowdError(f"{ca_file} is no file with a certificate: {error.strerror}.") from None


async def _run(plan: CrowdPlan, patience: Patience, figures: Figures, console: Console) -> CrowdResult:
    operator = Api(patience, email=plan.operator_email, password=plan.operator_password)
    await operator.sign_in()
    programme = await _programme(operator, plan.concert_ids)
    rows = await _rows(operator, programme)
    fans = _fans(plan, programme, rows, patience, figures)

    started_s, started_cpu_s = perf_counter(), process_time()
    view = asyncio.create_task(LiveView(figures, plan.fans, console).show())
    try:
        await asyncio.gather(*(_live(fan, arrives_s, figures, console) for fan, arrives_s in fans))
    finally:
        view.cancel()
        with suppress(asyncio.CancelledError):
            await view
    seconds, cpu_s, requests = perf_counter() - started_s, process_time() - started_cpu_s, figures.requests

    checks = await _audit(operator, programme, [fan for fan, _ in fans], figures, at_once=plan.connections)
    result = result_of(figures, checks, fans=plan.fans, requests=requests, seconds=seconds, cpu_s=cpu_s)
    show(result, console)
    return result


def _check_bounds(plan: CrowdPlan) -> None:
    if not 1 <= len(plan.base_urls) <= INSTANCES_MAX:
        raise CrowdError(f"base_urls must be 1 to {INSTANCES_MAX} addresses.")
    for name, (low, high) in _BOUNDS.items():
        if not low <= getattr(plan, name) <= high:
            raise CrowdError(f"{name} must be a number from {low:g} to {high:g}.")


async def _programme(api: Api, concert_ids: Sequence[str]) -> Programme:
    """The concerts that were asked for, or all that are on sale."""
    if concert_ids:
        concerts = [await api.concert(concert_id) for concert_id in concert_ids]
    else:
        concerts = [concert for concert in await _all_concerts(api) if await _on_sale(api, concert)]
    programme = programme_of(concerts)
    if not programme.concerts:
        raise CrowdError("Nothing is on sale there: create a concert with a performance and open its sale first.")
    return programme


async def _all_concerts(api: Api) -> list[Concert]:
    concerts: list[Concert] = []
    cursor: str | None = None
    for _ in range(_CONCERT_PAGES_MAX):
        page = await api.concerts(cursor)
        concerts.extend(page.items)
        cursor = page.next
        if cursor is None:
            break
    return concerts


async def _on_sale(api: Api, concert: Concert) -> bool:
    return (await api.queue(concert.id)).phase in ("open", "paused")


async def _rows(api: Api, programme: Programme) -> dict[str, Rows]:
    """The rows of each performance. The plan is immutable and cached by the CDN: the crowd fetches each once."""
    return {
        performance.id: Rows(await api.plan(performance.id))
        for concert in programme.concerts
        for performance in concert.performances
    }


def _fans(
    plan: CrowdPlan, programme: Programme, rows: dict[str, Rows], patience: Patience, figures: Figures
) -> list[tuple[Fan, float]]:
    """Every fan, with the second of their arrival. Accounts and keys carry the run's own id; choices do not."""
    run_id = secrets.token_hex(4)
    manners = Manners(run_id, plan.think_ms / 1000, plan.wait_s)
    fans: list[tuple[Fan, float]] = []
    for number in range(plan.fans):
        random = random_of(plan.seed, number)
        character = character_of(number, random, programme, arrival_s=plan.arrival_s)
        api = Api(patience, email=f"fan-{run_id}-{number}@example.com", password=_PASSWORD)
        fan = Fan(api, character, rows[character.performance.id], random, figures, manners)
        fans.append((fan, character.arrives_s))
    return fans


async def _live(fan: Fan, arrives_s: float, figures: Figures, console: Console) -> None:
    await asyncio.sleep(arrives_s)
    figures.arrived += 1
    try:
        word = await fan.live()
    except Exception:
        word = "crowd_error"
        if not figures.endings[word]:
            console.print_exception()
    figures.endings[word] += 1


async def _audit(
    operator: Api, programme: Programme, fans: Sequence[Fan], figures: Figures, *, at_once: int
) -> list[Check]:
    await audit.settle(fans, at_once=at_once)
    concert_ids = [concert.id for concert in programme.concerts]
    books = await audit.read_back(operator, concert_ids, fans, at_once=at_once)
    codes = {code for _, code in figures.refusals} | set(figures.endings)
    deeds = {fan.api.user_id: fan.deeds for fan in fans if fan.api.user_id}
    went = audit.Went(len(fans), figures.endings, figures.admitted)
    seats_free = 0
    for concert in programme.concerts:
        for performance in concert.performances:
            picture, _ = await operator.availability(performance.id, "")
            seats_free += picture.free if picture else 0
    purchases = sum(len(each.purchases) for each in deeds.values())
    return [
        *await audit.server_checks(operator, concert_ids),
        *audit.judge(books, deeds, codes=sorted(codes), findings=figures.findings),
        *audit.judge_day(went, purchases, seats_free),
    ]
