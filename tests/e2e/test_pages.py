"""The browser pages from their sources to the package: their own tests, their types, when they are built, the wheel."""

import os
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


def run(*words: str | Path, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, timeout=240, check=False, env=os.environ | environ
    )


def test_the_pages_pass_their_own_tests() -> None:
    done = run("bin/pages", "test", "--passWithNoTests=false", NO_COLOR="1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout


def test_the_pages_know_the_api_as_it_is() -> None:
    done = run("bin/pages", "types", "--check")

    assert done.returncode == 0, done.stderr


def test_the_pages_are_built_where_they_are_missing_or_their_sources_have_changed_and_not_otherwise(
    tmp_path: Path,
) -> None:
    run("bin/pages", "npm", "--version").check_returncode()  # so that there are modules
    (tmp_path / "bin").mkdir()
    (tmp_path / "src" / "boxoffice").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "pages", tmp_path / "bin")
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    index = tmp_path / "src" / "boxoffice" / "pages" / "index.html"
    source = tmp_path / "web" / "index.html"

    def build() -> tuple[int, str, str]:
        done = run("bin/pages", cwd=tmp_path)
        return done.returncode, done.stderr, index.read_text()

    first, again = build(), build()
    source.write_text(source.read_text().replace("</title>", " tomorrow</title>"))
    changed = build()
    (tmp_path / "web" / "src" / "main.tsx").write_text("this is no script")
    broken = build()

    assert (first[0], again) == (0, (0, "", first[2])), first
    assert (changed[0], " tomorrow</title>" in changed[2]) == (0, True)
    # What was built stays until there is something better.
    assert (broken[0], broken[2]) == (1, changed[2])
    assert broken[1].splitlines()[-1] == "The pages cannot be built; see above."


def test_a_wheel_has_the_pages_in_it_and_is_not_made_without_them(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path)
    pages = tmp_path / "src" / "boxoffice" / "pages"
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("pages", "__pycache__"))
    uv = shutil.which("uv") or ROOT / ".tools" / "bin" / "uv"

    without = run(uv, "build", "--wheel", cwd=tmp_path)
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<!doctype html>")
    (pages / "assets" / "main-1a2b.js.br").write_bytes(b"(brotli)")
    made = run(uv, "build", "--wheel", cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = set(ZipFile(wheel).namelist())

    assert without.returncode != 0
    assert "The browser pages are not built: run bin/pages" in without.stderr
    assert made.returncode == 0, made.stderr
    assert {"boxoffice/pages/index.html", "boxoffice/pages/assets/main-1a2b.js.br"} <= names
    assert not any("node_modules" in name for name in names)


@pytest.mark.parametrize("words", [("--help",), ("bulid",)])
def test_the_command_says_what_it_can_do(words: tuple[str, ...]) -> None:
    done = run("bin/pages", *words)

    assert "types --check" in done.stdout + done.stderr
    assert (done.returncode, done.stderr == "") == ((0, True) if words == ("--help",) else (2, False))
