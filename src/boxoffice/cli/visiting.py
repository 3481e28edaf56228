"""The command that sends a crowd. It knows the service by HTTP alone, and imports nothing of it."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from boxoffice.cli.running import out
from boxoffice.crowd import run as crowd_
from boxoffice.crowd.target import OPERATOR_EMAIL, PASSWORD


def crowd(
    *,
    base_url: Annotated[
        list[str] | None,
        Parameter(help="An instance to visit, on this machine only; may be repeated: each request goes to the next."),
    ] = None,
    fans: Annotated[int, Parameter(help="How many fans.")] = 500,
    concert: Annotated[
        list[str] | None, Parameter(help="Ids of the concerts they want; all that are on sale otherwise.")
    ] = None,
    seed: Annotated[int, Parameter(help="Seed of their choices; the same seed makes the same choices.")] = 1,
    arrival_s: Annotated[float, Parameter(help="All arrive within this many seconds.")] = 2.0,
    connections: Annotated[int, Parameter(help="Most connections at once.")] = 256,
    ca_file: Annotated[str | None, Parameter(help="Whose certificates to trust for https, a PEM file.")] = None,
    patience_s: Annotated[float, Parameter(help="How long a fan retries while the service is away.")] = 60.0,
    operator_email: Annotated[str, Parameter(help="Account that reads the sale back.")] = OPERATOR_EMAIL,
    operator_password: Annotated[
        str, Parameter(env_var="BOXOFFICE_CROWD_OPERATOR_PASSWORD", help="Its password.")
    ] = PASSWORD,
    json: Annotated[
        Path | None, Parameter(help="Write the figures there as JSON, with what was answered when.")
    ] = None,
) -> None:
    """Send fans through a sale over HTTP, then read the whole sale back and audit it."""
    wishes = crowd_.CrowdPlan(
        base_urls=tuple(base_url or ["http://127.0.0.1:8000"]),
        fans=fans,
        concert_ids=tuple(concert or ()),
        seed=seed,
        arrival_s=arrival_s,
        connections=connections,
        patience_s=patience_s,
        ca_file=ca_file,
        operator_email=operator_email,
        operator_password=operator_password,
    )
    sys.exit(crowd_.main(wishes, console=out, json_file=json))
