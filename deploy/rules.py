"""The rules between the numbers of a topology. Each broken one is a sentence that names both."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from boxoffice.http.health import READY_WITHIN_S
from deploy.tiers import CacheRule, HealthCheck, Topology

_ADDED_KIB = 4
"""Of the load balancer's buffer: what it keeps free, what the edge adds, and the edge's first, small buffer."""


def broken(topology: Topology, sent: Mapping[str, str]) -> list[str]:
    """Every rule that does not hold. `sent`: the Cache-Control of each public path that the application has."""
    return [*_times(topology), *_bounds(topology), *_safety(topology), *_caches(topology, sent), *_places(topology)]


def _times(topology: Topology) -> Iterator[str]:
    edge, balancer, instances = topology.edge, topology.balancer, topology.instances
    yield from _less(
        ("idle connections at the load balancer end", balancer.client_idle_s, "s"),
        ("those at an instance", instances.keep_alive_s, "s"),
        "or a request is sent into a connection that is being closed",
    )
    yield from _less(
        ("idle connections from the edge end", edge.upstream_idle_s, "s"),
        ("those at the load balancer", balancer.client_idle_s, "s"),
        "or a request is sent into a connection that is being closed",
    )
    yield from _less(
        ("an instance stops within", instances.stop_within_s, "s"),
        ("the load balancer waits for it", balancer.drain_s, "s"),
        "or requests under way are cut off",
    )
    yield from _less(
        ("a request waits for the database and its statement", instances.database_wait_s + instances.statement_s, "s"),
        ("the load balancer waits for an answer", balancer.answer_within_s, "s"),
        "or what was done is reported as lost",
    )
    yield from _less(
        ("the load balancer waits for a place and an answer", balancer.queue_within_s + balancer.answer_within_s, "s"),
        ("the edge waits", edge.answer_within_s, "s"),
        "or the edge gives up first",
    )
    yield from _less(
        ("a dead instance is noticed after", balancer.health.interval_s * balancer.health.fall, "s"),
        ("fans may notice", balancer.noticed_within_s, "s"),
        "or fans are sent to it for too long",
    )
    yield from _less(
        ("an instance says within", int(READY_WITHIN_S), "s"),
        ("the load balancer waits for its health", balancer.health.answer_within_s, "s"),
        "or a store that is slow takes all instances out",
    )
    yield from _less(
        ("a frozen instance is noticed after", _silent_s(balancer.health), "s"),
        ("fans may wait for it", balancer.frozen_within_s, "s"),
        "or they wait as long as for an answer",
    )
    yield from _less(
        ("a lock is waited for", topology.database.lock_wait_s, "s"),
        ("a statement may take", instances.statement_s, "s"),
        "or the wait is cut off instead of refused",
    )
    yield from _less(
        ("semi-synchronous replication gives up after", topology.database.semi_sync_within_ms, "ms"),
        ("a statement may take", instances.statement_s * 1000, "ms"),
        "or commits are cut off while the primary waits for a replica",
    )


def _silent_s(health: HealthCheck) -> int:
    """After so long, at most, a server that takes connections and says nothing is out."""
    return (health.interval_s + health.answer_within_s) * health.fall


def _bounds(topology: Topology) -> Iterator[str]:
    instances, database = topology.instances, topology.database
    # Each has a pool for reading, one for writing, and one connection that looks after the server.
    of_instances = instances.most * (2 * instances.database_pool + 1)
    yield from _less(
        (f"{instances.most} instances and {database.reserved} reserved use", of_instances + database.reserved, ""),
        ("connections a database takes", database.connections_max, ""),
        "or an instance that is added finds no connection",
    )
    yield from _less(
        ("the edge takes headers of", topology.edge.headers_max_kib, "KiB"),
        ("the load balancer has room for", topology.balancer.buffer_kib - _ADDED_KIB, "KiB"),
        "or it refuses them in words of its own",
    )
    yield from _less(
        ("the load balancer passes on so many headers and one of its own", topology.balancer.headers_max + 1, ""),
        ("an instance takes", instances.headers_max, ""),
        "or it refuses them without a word",
    )
    if not instances.least <= instances.usual <= instances.most:
        yield f"Instances: {instances.least} <= {instances.usual} <= {instances.most} does not hold."
    if not instances.scaling.remove_below < instances.scaling.add_above:
        scaling = instances.scaling
        yield f"An instance is removed below {scaling.remove_below:g} and added above {scaling.add_above:g}: it flaps."


def _safety(topology: Topology) -> Iterator[str]:
    valkey = topology.valkey
    if 2 * valkey.quorum <= len(valkey.sentinel_ports):
        yield f"A quorum of {valkey.quorum} is no majority of {len(valkey.sentinel_ports)} sentinels."
    if not valkey.replicas_to_write < len(valkey.ports) - 1:
        left = len(valkey.ports) - 2
        yield f"Writing needs {valkey.replicas_to_write} replicas, and {left} are left when one server is lost."
    if topology.balancer.health.path not in topology.edge.hidden:
        yield f"The edge does not hide {topology.balancer.health.path}, which is for the load balancer."


def _caches(topology: Topology, sent: Mapping[str, str]) -> Iterator[str]:
    rules = {rule.path: rule for rule in topology.edge.caches}
    for path in sorted(rules.keys() | sent.keys()):
        if path not in sent:
            yield f"The edge keeps {path}, which the application does not call public."
        elif path not in rules:
            yield f"The application calls {path} public, and the edge has no rule for it."
        else:
            yield from _lifetime(rules[path], sent[path])


def _lifetime(rule: CacheRule, header: str) -> Iterator[str]:
    for name, ours in (("max-age", rule.lifetime_s), ("stale-while-revalidate", rule.stale_s)):
        found = re.search(rf"\b{name}=(\d+)", header)
        theirs = int(found[1]) if found else 0
        if ours != theirs:
            yield f"{rule.path}: the edge has {name}={ours}, the application sends {theirs}."


def _places(topology: Topology) -> Iterator[str]:
    for port, count in Counter(topology.ports().values()).items():
        if count > 1:
            names = " and ".join(name for name, own in topology.ports().items() if own == port)
            yield f"{names} have the same port, {port}."
    reached = {"internet"}
    for _ in topology.flows:
        reached |= {flow.target for flow in topology.flows if flow.source in reached}
    stores = {"edge", "balancer", "instances", "valkey", "database"}
    yield from (f"Nothing leads to the {tier}." for tier in sorted(stores - reached))
    if exposed := {flow.target for flow in topology.flows if flow.source == "internet"} - {"edge"}:
        yield f"The internet reaches {', '.join(sorted(exposed))}: it may reach the edge alone."


def _less(low: tuple[str, int, str], high: tuple[str, int, str], consequence: str) -> Iterator[str]:
    if not low[1] < high[1]:
        (what, number, unit), (bound, most, bound_unit) = low, high
        yield (
            f"{what} ({number} {unit}".rstrip()
            + f") is not below: {bound} ({most} {bound_unit}".rstrip()
            + (f"), {consequence}.")
        )
