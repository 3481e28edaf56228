"""How those in front find those behind them: in places that stay, or by names."""

from collections.abc import Iterator

from deploy.filling import indented
from deploy.places import Places
from deploy.tiers import Topology

_NAMES_KEPT_S = 1


def upstream(places: Places) -> Iterator[str]:
    """Where the edge finds the load balancer."""
    if places.dns:
        yield from ("zone balancer 64k;", f"resolver {places.dns} valid={_NAMES_KEPT_S}s;")
    yield f"server {places.address('balancer')}{' resolve' if places.dns else ''};"


def members(topology: Topology, places: Places) -> dict[str, str]:
    """How the load balancer comes to know the instances: somebody tells it, or it asks for their name."""
    if places.dns:
        found = f"server-template instance- {topology.instances.most} {places.address('instance-1')}"
        return {
            "global_lines": "    # Who is in service is asked anew at each start.",
            "default_lines": "    default-server init-addr none",
            "filled": "their name says who they are",
            "cut_off": "What is under way in one that is down goes on: it may be stopping, and takes no connection.",
            "at_first": "",
            "at_last": "",
            "resolvers": f"resolvers names\n    nameserver dns {places.dns}:53\n    hold valid {_NAMES_KEPT_S}s\n\n",
            "servers": f"    {found} resolvers names",
        }
    slots = (f"instance-{at + 1}" for at in range(topology.instances.most))
    return {
        "global_lines": "    # Who is in service, and who is not, outlives a restart of the load balancer.\n"
        f"    server-state-file {places.of('balancer', 'servers')}",
        "default_lines": "    load-server-state-from-file global",
        "filled": "whoever fills one puts it in service",
        "cut_off": "What is under way in one that is down is cut off: it was drained before, or it is frozen or dead.",
        "at_first": "disabled ",
        "at_last": " on-marked-down shutdown-sessions",
        "resolvers": "",
        "servers": indented(4, (f"server {name} {places.address(name)}" for name in slots)),
    }
