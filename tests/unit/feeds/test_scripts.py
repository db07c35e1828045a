"""What Redis runs: each script can be read by Redis, says what it takes, is used, and travels in the wheel."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import redis

from dashboard.feeds.scripts import lua
from tests.support.making import ROOT

FOLDER = ROOT / "dashboard/feeds/scripts"
NAMES = sorted(path.stem for path in FOLDER.glob("*.lua"))


def test_every_script_can_be_read_by_redis(redis_client: redis.Redis) -> None:
    assert len(NAMES) > 5
    for name in NAMES:
        assert len(redis_client.script_load(lua(name))) == 40  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_every_script_says_which_keys_it_takes_and_uses_no_other(name: str) -> None:
    text = lua(name)
    listed = re.search(r"^-- KEYS: ([^.\n]*)\.", text, re.MULTILINE)
    assert listed is not None
    used = {int(number) for number in re.findall(r"KEYS\[(\d+)\]", text)}
    assert used == set(range(1, listed.group(1).count(",") + 2))


def test_every_script_is_used_and_no_other_lua_is_written_down() -> None:
    sources = [path for folder in ("dashboard", "simulator") for path in (ROOT / folder).rglob("*.py")]
    texts = {path: path.read_text("utf-8") for path in sources}
    asked = {name for text in texts.values() for name in re.findall(r'lua\("(\w+)"\)', text)}
    assert sorted(asked) == NAMES
    assert [str(path) for path, text in texts.items() if "redis.call" in text] == []


def test_a_script_that_is_not_there_is_an_error_at_the_start() -> None:
    with pytest.raises(FileNotFoundError):
        lua("nothing")


def test_scripts_travel_in_the_wheel() -> None:
    """The wheel takes all of a package that git does not ignore."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "dashboard" in build["packages"]
    assert not {"exclude", "include", "only-include"} & set(build)
    ignored = subprocess.run(["git", "check-ignore", *_files()], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ignored.stdout == ""


def _files() -> list[Path]:
    return [FOLDER / f"{name}.lua" for name in NAMES]
