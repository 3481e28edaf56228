"""The demo: a whole sale on one machine, from nothing, with one command."""

import asyncio
import fcntl
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from sqlalchemy.exc import DBAPIError

from boxoffice import server
from boxoffice.accounts.models import Fan
from boxoffice.adapters.embedded import EmbeddedValkey, EmbeddedValkeyError
from boxoffice.adapters.migrate import migrate
from boxoffice.app import Application, build
from boxoffice.catalog.models import Concert, SeatingPlan
from boxoffice.catalog.policy import parse_plan
from boxoffice.catalog.policy.plans import PlanFormat
from boxoffice.catalog.service import CatalogService
from boxoffice.crowd.target import OPERATOR_EMAIL, PASSWORD
from boxoffice.kernel.clock import SystemClock
from boxoffice.kernel.errors import BoxofficeError
from boxoffice.queue.models import PolicyChanges
from boxoffice.settings import PREFIX, Settings, SettingsError, check

FAN_EMAIL = "fan@example.com"

_ACTOR = Fan(user_id="demo", role="operator", session_id="", expires_ms=0)
_PLANS = Path(__file__).parent / "plans"
_DAY_MS = 86_400_000
_LOOK_S = 1.0
_DEAREST_MINOR = 165_000
_PRICE_STEP_MINOR = 33_000


class DemoError(Exception):
    """The demo cannot start; the message is one sentence."""


class _Offer(NamedTuple):
    """A concert to put on sale."""

    title: str
    artist: str
    venue: str
    plan: Path
    performances: int
    limit: int


_ARENA = _Offer("Night of a Thousand Lamps", "The Lanterns", "The Arena", _PLANS / "arena.json", 2, 500)
_CLUB = _Offer("Fifty Chairs", "Quiet Riot Grrrl Trio", "The Club", _PLANS / "club-50.json", 1, 20)


def run(*, port: int, data: Path, plan: str | None, crowd: int, once: bool, seed: int) -> int:
    """Set up, serve, and send the crowd; the exit status. Raises `DemoError`, `server.PortTaken`."""
    if crowd < 0 or (once and crowd == 0):
        raise DemoError("--once needs a crowd to wait for: say --crowd N with N of at least 1.")
    console = Console()
    _offers(plan)  # a plan that is not there is told of before anything is started
    server.refuse_taken_port("127.0.0.1", port)
    with _folder_of_our_own(data):
        valkey = EmbeddedValkey(data / "valkey")
        try:
            valkey.start()
            settings = _settings(data, port=port, redis_url=valkey.url)
            _write_environment(data / "boxoffice.env", settings)
            # Standard output is for whoever watches the demo.
            log = server.configure_logging(settings.log_level)
            concert_ids = asyncio.run(_prepare(settings, plan, session_ttl_s=60 if crowd else 300))
            _announce(console, settings, data)
            errand = _Crowd(settings, crowd, seed, concert_ids if plan else [], once) if crowd else None
            server.run(settings, log=log, errand=_Housekeeping(valkey, console, errand))
            return errand.status if errand is not None and once else 0
        except (EmbeddedValkeyError, SettingsError) as error:
            raise DemoError(str(error)) from error
        except DBAPIError as error:
            raise DemoError(f"The database in {data} cannot be used: {error.orig}.") from error
        finally:
            valkey.stop()


@contextmanager
def _folder_of_our_own(data: Path) -> Iterator[None]:
    """Hold the folder while serving: two services over one embedded Valkey would stop it under each other."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "lock").open("w")
    except OSError as error:
        raise DemoError(f"The folder {data} cannot be used: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DemoError(f"Another demo is running over {data}; give this one a folder of its own.") from error
        yield


class _Housekeeping:
    """Looks after the embedded Valkey while the service runs, and sends the crowd if there is one."""

    def __init__(self, valkey: EmbeddedValkey, console: Console, errand: server.Errand | None) -> None:
        self._valkey = valkey
        self._console = console
        self._errand = errand

    async def __call__(self, stop: asyncio.Event) -> None:
        """Run until cancelled."""
        async with asyncio.TaskGroup() as group:
            if self._errand is not None:
                group.create_task(self._errand(stop))
            while True:
                await asyncio.sleep(_LOOK_S)
                if await asyncio.to_thread(self._valkey.is_gone):
                    self._console.print("The embedded Valkey is gone; starting it again over its data.")
                    try:
                        await asyncio.to_thread(self._valkey.start)
                    except EmbeddedValkeyError as error:
                        # Looked at again in a moment; until then the service answers 503.
                        self._console.print(str(error))


class _Crowd:
    """The crowd as a process of its own, so that it does not share a core's time slice with what it measures."""

    def __init__(self, settings: Settings, fans: int, seed: int, concert_ids: Sequence[str], once: bool) -> None:
        self._once = once
        self._words = [
            *(sys.executable, "-m", "boxoffice", "crowd"),
            *("--base-url", f"http://127.0.0.1:{settings.port}"),
            *("--fans", str(fans), "--seed", str(seed)),
            *(word for concert_id in concert_ids for word in ("--concert", concert_id)),
        ]
        self.status = 1

    async def __call__(self, stop: asyncio.Event) -> None:
        """Send the crowd; afterwards stop the service, if it was started only for this."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        process = await asyncio.create_subprocess_exec(*self._words, env=environ)
        try:
            self.status = await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
        if self._once:
            stop.set()


def _offers(plan: str | None) -> list[_Offer]:
    return [_ARENA, _CLUB] if plan is None else [_offer_of(plan)]


def _offer_of(plan: str) -> _Offer:
    ours = {path.stem: path for path in sorted(_PLANS.glob("*.json"))}
    path = ours.get(plan, Path(plan))
    if not path.is_file():
        raise DemoError(f"There is no seating plan {plan}: give a file, or one of {', '.join(ours)}.")
    for offer in (_ARENA, _CLUB):
        if path == offer.plan:
            return offer
    return _Offer(f"An evening at {path.stem}", "The Lanterns", path.stem, path, 1, 500)


def _settings(data: Path, *, port: int, redis_url: str) -> Settings:
    secret_file = data / "secret"
    if not secret_file.exists():
        # Written elsewhere first: a start that is cut off here must not leave half a secret.
        draft = data / "secret.draft"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        draft.rename(secret_file)
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{(data / 'boxoffice.db').resolve()}",
        redis_url=redis_url,
        secret=secret_file.read_text().strip(),
        port=port,
        log_level="warning",
        # The demo's fans are invented by the thousand; hashing their passwords must not be what one watches.
        password_time_cost=1,
        password_memory_kib=8,
        hold_ttl_s=120,
        tick_ms=100,
    )
    check(settings)
    return settings


def _write_environment(path: Path, settings: Settings) -> None:
    """Leave the settings where `env $(cat ...) boxoffice audit` finds them."""
    names = ("database_url", "redis_url", "secret", "port", "password_time_cost", "password_memory_kib")
    path.touch(mode=0o600)
    path.write_text("".join(f"{PREFIX}{name.upper()}={getattr(settings, name)}\n" for name in names))


async def _prepare(settings: Settings, plan: str | None, *, session_ttl_s: int) -> list[str]:
    await migrate(settings.database_url)
    return await put_on_sale(settings, plan, session_ttl_s=session_ttl_s)


async def put_on_sale(settings: Settings, plan: str | None, *, session_ttl_s: int) -> list[str]:
    """Accounts, and concerts on sale, over stores that have the schema: the demo's own, or one with this plan.

    The ids of the concerts. What is there already stays as it is. Raises `DemoError`.
    """
    application = build(settings)
    offers = _offers(plan)
    try:
        await application.accounts.ensure_account(OPERATOR_EMAIL, PASSWORD, "Operator", role="operator")
        await application.accounts.ensure_account(FAN_EMAIL, PASSWORD, "Fan", role="fan")
        return [await _put_on_sale(application, offer, session_ttl_s) for offer in offers]
    except BoxofficeError as refusal:
        raise DemoError(refusal.detail) from refusal
    finally:
        await application.close()


async def _put_on_sale(application: Application, offer: _Offer, session_ttl_s: int) -> str:
    """The concert's id. Made on the first start; a later one completes what an earlier one was cut off from."""
    catalog = application.catalog
    concert = await _concert_titled(catalog, offer.title)
    if concert is None:
        concert = await catalog.create_concert(_ACTOR.user_id, title=offer.title, artist=offer.artist, description="")
    if len(concert.performances) < offer.performances:
        await _add_performances(catalog, concert, offer)
    if (await application.queue.policy(concert.id)).phase == "scheduled":
        changes = PolicyChanges(limit=offer.limit, session_ttl_s=session_ttl_s)
        await application.queue.change_policy(_ACTOR, concert.id, changes)
        await application.queue.change_phase(_ACTOR, concert.id, "open")
    return concert.id


async def _concert_titled(catalog: CatalogService, title: str) -> Concert | None:
    for concert_id in await catalog.concert_ids():
        concert = await catalog.concert(concert_id)
        if concert.title == title:
            return concert
    return None


async def _add_performances(catalog: CatalogService, concert: Concert, offer: _Offer) -> None:
    content = offer.plan.read_bytes()
    file_format: PlanFormat = "csv" if offer.plan.suffix.lower() == ".csv" else "json"
    parsed = parse_plan(content, file_format)
    venue_id = await catalog.ensure_venue(_ACTOR.user_id, offer.venue)
    plan = await catalog.import_plan(_ACTOR.user_id, venue_id, parsed.name or offer.plan.stem, content, file_format)
    starts_ms = SystemClock().now_ms() // _DAY_MS * _DAY_MS + 30 * _DAY_MS + 10 * 3_600_000
    for index in range(len(concert.performances), offer.performances):
        await catalog.create_performance(
            _ACTOR.user_id,
            concert.id,
            plan_id=plan.id,
            starts_ms=starts_ms + index * _DAY_MS,
            prices=_prices(parsed),
            seats_per_fan=None,
        )


def _prices(plan: SeatingPlan) -> dict[str, int]:
    """The first tier is the dearest; none is free."""
    return {
        tier.name: max(_DEAREST_MINOR - index * _PRICE_STEP_MINOR, _PRICE_STEP_MINOR)
        for index, tier in enumerate(plan.tiers)
    }


def _announce(console: Console, settings: Settings, data: Path) -> None:
    base = f"http://127.0.0.1:{settings.port}"
    for line in (
        f"Boxoffice is selling on {base}",
        f"  organiser      {base}/organiser",
        f"  API reference  {base}/docs",
        f"  sign in        {FAN_EMAIL} or {OPERATOR_EMAIL}, password {PASSWORD}",
        f"  commands       env $(cat {data / 'boxoffice.env'}) bin/boxoffice audit",
        "  stop           Ctrl-C; the next start over the same folder carries on",
    ):
        console.print(line, highlight=False, soft_wrap=True)
