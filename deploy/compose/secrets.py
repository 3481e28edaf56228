"""Makes what compose.yaml must not say: passwords, the signing key, the edge's certificate."""

import datetime
import json
import secrets
from pathlib import Path

from boxoffice.kernel.clock import SystemClock
from deploy import render
from deploy.compose.containers import SECRETS, containers
from deploy.stack.authority import ensure_certificates
from deploy.tiers import Topology
from deploy.topology import TOPOLOGY

_WORDS = ("root", "app", "migrator", "replica", "monitor", "valkey", "secret", "grafana")
_BYTES = 24  # which make 32 characters: MySQL takes no more from a replica
_OF_AN_INSTANCE = ("DATABASE_URL", "REPLICA_URL", "REDIS_URL", "SECRET")
_OF_THE_MIGRATION = (*_OF_AN_INSTANCE, "MIGRATION_URL")


def ensure_secrets(folder: Path, now: datetime.datetime, topology: Topology = TOPOLOGY) -> None:
    """Fill the folder. What is there stays as it is, but for a certificate that is soon over.

    Whoever may enter the folder may read what is in it, and that is its owner alone: in containers the files are read
    by users of theirs, whom the owner does not know.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    words = {name: _word(folder / name) for name in _WORDS}
    settings = render.instance(topology, containers(topology), 1, words)
    for file, names in (("instance.env", _OF_AN_INSTANCE), ("migrate.env", _OF_THE_MIGRATION)):
        lines = (f"BOXOFFICE_{name}={settings[f'BOXOFFICE_{name}']}\n" for name in names)
        _write(folder / file, "".join(lines))
    places = containers(topology)
    _write(folder / "monitor.cnf", f"[client]\nuser = monitor\npassword = {words['monitor']}\n")
    watched = (f"redis://{places.watched_at(f'valkey-{at + 1}')}" for at in range(len(topology.valkey.ports)))
    _write(folder / "valkey.json", json.dumps(dict.fromkeys(watched, words["valkey"])))
    ensure_certificates(folder / "tls", places.names, now)
    for path in (folder / "tls", *(folder / "tls").iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)


def main() -> None:
    """Fill the folder beside compose.yaml."""
    now = datetime.datetime.fromtimestamp(SystemClock().now_ms() / 1000, datetime.UTC)
    folder = Path(__file__).parents[2] / SECRETS
    ensure_secrets(folder, now)
    print(f"In {folder}: passwords, the signing key, and tls/ca.crt, whom clients of the edge have to trust.")  # noqa: T201


def _word(path: Path) -> str:
    if not path.exists():
        _write(path, secrets.token_urlsafe(_BYTES))
    return path.read_text()


def _write(path: Path, text: str) -> None:
    """All or nothing: half a password would be kept for ever."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text)
    draft.chmod(0o644)
    draft.rename(path)


if __name__ == "__main__":
    main()
