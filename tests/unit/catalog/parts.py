"""A small plan, and its catalogue in memory."""

from collections.abc import Mapping
from typing import Any

from boxoffice.catalog.models import Concert, Performance, PlanSummary, SeatingPlan, Venue
from boxoffice.catalog.policy import parse_plan

TABLE = b"section,row,label,tier,x,y\nFloor,A,1,VIP,0,0\nFloor,A,2,VIP,20,0\nFloor,B,1,R,0,20.5\n"
OPERATOR = "00000000-0000-7000-8000-000000000001"
UNKNOWN = "00000000-0000-7000-8000-00000000dead"


def small_plan(name: str = "Club") -> SeatingPlan:
    return parse_plan(TABLE, "csv", name)


class StandInLog:
    """Remembers what operators did."""

    def __init__(self) -> None:
        self.recorded: list[tuple[str, str, str]] = []

    async def record(
        self, session: Any, actor_id: str, action: str, subject: str, details: Mapping[str, object]
    ) -> None:
        self.recorded.append((actor_id, action, subject))


class StandInRepository:
    """The catalogue in dictionaries; counts what is read."""

    def __init__(self) -> None:
        self.venues_by_id: dict[str, Venue] = {}
        self.summaries: dict[str, PlanSummary] = {}
        self.plan_of: dict[str, SeatingPlan] = {}
        self.concerts_by_id: dict[str, Concert] = {}
        self.performances: dict[str, Performance] = {}
        self.reads: list[str] = []
        self.failure: Exception | None = None

    async def add_venue(self, _session: Any, venue: Venue) -> None:
        self.venues_by_id[venue.id] = venue

    async def lock_venue(self, _session: Any, venue_id: str) -> bool:
        return venue_id in self.venues_by_id

    async def venue(self, _session: Any, venue_id: str) -> Venue | None:
        return self.venues_by_id.get(venue_id)

    async def venue_named(self, _session: Any, name: str) -> Venue | None:
        return next((venue for venue in self.venues_by_id.values() if venue.name == name), None)

    async def plan_with_version(self, _session: Any, venue_id: str, version: str) -> PlanSummary | None:
        wanted = (venue_id, version)
        return next((plan for plan in self.summaries.values() if (plan.venue_id, plan.version) == wanted), None)

    async def add_plan(self, _session: Any, summary: PlanSummary, plan: SeatingPlan) -> None:
        if self.failure:
            raise self.failure
        self.summaries[summary.id] = summary
        self.plan_of[summary.id] = plan

    async def plans(self, _session: Any, venue_id: str, cursor: str | None, limit: int) -> list[PlanSummary]:
        found = sorted((plan for plan in self.summaries.values() if plan.venue_id == venue_id), reverse=True)
        return [plan for plan in found if cursor is None or plan.id < cursor][:limit]

    async def plan_summary(self, _session: Any, plan_id: str) -> PlanSummary | None:
        return self.summaries.get(plan_id)

    async def plan(self, _session: Any, plan_id: str) -> SeatingPlan | None:
        self.reads.append("plan")
        return self.plan_of.get(plan_id)

    async def add_concert(self, _session: Any, concert: Concert, created_ms: int) -> None:
        self.concerts_by_id[concert.id] = concert

    async def lock_concert(self, _session: Any, concert_id: str) -> int | None:
        concert = self.concerts_by_id.get(concert_id)
        return len(concert.performances) if concert else None

    async def add_performance(self, _session: Any, performance: Performance, created_ms: int) -> None:
        self.performances[performance.id] = performance
        concert = self.concerts_by_id[performance.concert_id]
        self.concerts_by_id[concert.id] = concert._replace(performances=(*concert.performances, performance))

    async def concert(self, _session: Any, concert_id: str) -> Concert | None:
        self.reads.append("concert")
        return self.concerts_by_id.get(concert_id)

    async def concerts(self, _session: Any, cursor: str | None, limit: int) -> list[Concert]:
        self.reads.append("concerts")
        found = sorted(self.concerts_by_id.values(), reverse=True)
        return [concert for concert in found if cursor is None or concert.id < cursor][:limit]

    async def performance(self, _session: Any, performance_id: str) -> tuple[Performance, str] | None:
        self.reads.append("performance")
        found = self.performances.get(performance_id)
        return (found, "KRW") if found else None

    async def index(self, _session: Any, limit: int) -> dict[str, tuple[str, ...]]:
        self.reads.append("index")
        if self.failure:
            raise self.failure
        found = sorted(self.concerts_by_id.values(), reverse=True)[:limit]
        return {concert.id: tuple(each.id for each in concert.performances) for concert in found}
