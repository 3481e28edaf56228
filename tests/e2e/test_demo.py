"""What a newcomer types, in real processes."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import redis

from deploy.stack.ports import free_port
from tests.e2e.service import Demo, clean_environ, command, environment_of

CROWD_MAX_S = 180


def run(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words),
        check=False,
        env=clean_environ() | (environ or {}),
        capture_output=True,
        text=True,
        timeout=CROWD_MAX_S,
    )


def test_a_crowd_buys_the_hall_and_the_audit_holds(tmp_path: Path) -> None:
    done = run(
        "demo", "--port", str(free_port()), "--data", str(tmp_path), "--plan", "hall", "--crowd", "300", "--once"
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert '"level":"error"' not in done.stderr
    assert "no_seat_sold_twice" in done.stdout


def test_a_second_start_over_the_same_folder_carries_on(tmp_path: Path) -> None:
    crowd = ("--plan", "club-50", "--crowd", "60", "--once", "--data", str(tmp_path))
    assert run("demo", "--port", str(free_port()), *crowd).returncode == 0

    with Demo(tmp_path, "--plan", "club-50"):
        audited = run("audit", environ=environment_of(tmp_path))
        listed = run("concert", "list", environ=environment_of(tmp_path))

    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert listed.stdout.count("open") == 1


def test_the_service_is_killed_in_the_middle_of_a_crowd_and_the_audit_holds(tmp_path: Path) -> None:
    with Demo(tmp_path, "--plan", "hall") as first:
        crowd = subprocess.Popen(
            command("crowd", "--base-url", first.url, "--fans", "400", "--arrival-s", "4"),
            env=clean_environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            time.sleep(4)  # the middle of a crowd is a moment of real time
            assert crowd.poll() is None
            first.kill()
            with Demo(tmp_path, "--plan", "hall", port=first.port) as second:
                output, _ = crowd.communicate(timeout=CROWD_MAX_S)
                audited = run("audit", environ=environment_of(tmp_path))
                log = second.log.read_text()
        finally:
            if crowd.poll() is None:
                crowd.send_signal(signal.SIGTERM)

    assert crowd.returncode == 0, output
    assert audited.returncode == 0, audited.stdout
    assert '"level":"error"' not in log


def test_a_taken_port_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    with Demo(tmp_path / "a", "--plan", "club-50") as running:
        second = run("demo", "--port", str(running.port), "--data", str(tmp_path / "b"), "--plan", "club-50")

    assert second.returncode == 1
    assert f"Port {running.port}" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({}, "BOXOFFICE_DATABASE_URL is missing"),
        ({"BOXOFFICE_PORT": "eighty"}, "BOXOFFICE_DATABASE_URL is missing"),
        (
            {
                "BOXOFFICE_DATABASE_URL": "sqlite+aiosqlite:///x.db",
                "BOXOFFICE_REDIS_URL": "redis://127.0.0.1:1",
                "BOXOFFICE_SECRET": "short",
            },
            "BOXOFFICE_SECRET must have at least 32 characters",
        ),
        ({"BOXOFFICE_SEKRET": "x"}, "BOXOFFICE_SEKRET is not a setting"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_sentence(environ: dict[str, str], sentence: str) -> None:
    refused = run("serve", environ=environ)

    assert refused.returncode == 1
    assert sentence in refused.stderr.replace("\n", " ")
    assert "Traceback" not in refused.stderr


def test_a_second_demo_over_a_folder_in_use_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with Demo(tmp_path, "--plan", "club-50") as first:
        second = run("demo", "--port", str(free_port()), "--data", str(tmp_path), "--plan", "club-50")

        assert second.returncode == 1
        assert "Another demo" in second.stderr
        assert first.is_ready()


def test_an_embedded_valkey_that_is_killed_comes_back_with_its_data(tmp_path: Path) -> None:
    with Demo(tmp_path, "--plan", "club-50") as demo:
        client = redis.Redis.from_url(environment_of(tmp_path)["BOXOFFICE_REDIS_URL"])
        os.kill(int(client.info("server")["process_id"]), signal.SIGKILL)
        client.close()

        demo.wait_for("gone; starting it again")

        demo.wait_until_ready()
        assert run("audit", environ=environment_of(tmp_path)).returncode == 0


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--port", "65536"), "Port 65536"),
        (("--data", "/proc/none"), "cannot be used"),
        (("--plan", "nowhere.json"), "There is no seating plan"),
        (("--once",), "--once needs a crowd"),
    ],
)
def test_an_ordinary_mistake_gets_one_sentence(tmp_path: Path, flags: tuple[str, ...], sentence: str) -> None:
    given = {"--port": str(free_port()), "--data": str(tmp_path)}
    defaults = [word for name, value in given.items() if name not in flags for word in (name, value)]
    refused = run("demo", *defaults, *flags)

    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_damaged_database_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "boxoffice.db").write_text("this is not a database, and long enough to be looked at as one" * 20)

    refused = run("demo", "--port", str(free_port()), "--data", str(tmp_path))

    assert refused.returncode == 1
    assert "cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
