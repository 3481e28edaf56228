"""Programs that tests need and that come with the system."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Where it is; without it the test is skipped, and fails in CI."""
    found = shutil.which(name)
    if found is None:
        sentence = f"{name} is not installed; bin/servers as root brings it."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found
