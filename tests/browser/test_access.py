"""Nobody is kept out: by contrast, by a name that is missing, by what only a mouse can do."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize

from tests.browser.axe import serious_faults
from tests.browser.site import Client, Site
from tests.browser.visits import Visits
from tests.browser.watch import settled

ROUTES = Path(__file__).parents[2] / "web" / "src" / "app.tsx"
PHONE: ViewportSize = {"width": 390, "height": 844}

type_of = str
