"""The browser that the system has: a real Chromium, which talks to nobody but the service under test."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",  # tests run as root on machines of CI's own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def found() -> str | None:
    """Where Chromium is, if it is."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def chromium() -> str:
    """Where Chromium is; without it the test is skipped, and fails in CI."""
    path = found()
    if path is None:
        sentence = "Chromium is not installed, and so are its tests not run: bin/servers as root brings it."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return path
