"""Settings come from where they should, and a bad one is told in one line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dashboard.clock import CityClock, ManualClock, RealClock
from dashboard.errors import SettingsError
from dashboard.settings import PREFIX, Settings, clock_from, describe, load_settings


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_defaults_are_those_of_the_contract() -> None:
    settings = load_settings()
    assert (settings.redis_url, settings.areas, settings.rules, settings.tile_url, settings.clock) == (None,) * 5
    assert (settings.host, settings.port, settings.shards) == ("127.0.0.1", 8050, 1)
    assert (settings.timezone, settings.lang, settings.max_body_bytes) == ("Asia/Shanghai", "zh-CN", 1_048_576)


def test_order_is_given_environment_dotenv_toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gridwall.toml").write_text('port = 1001\nhost = "127.0.0.4"\nshards = 4\nlang = "en"\n')
    (tmp_path / ".env").write_text("GRIDWALL_PORT=1002\nGRIDWALL_HOST=127.0.0.3\nGRIDWALL_SHARDS=3\n")
    monkeypatch.setenv("GRIDWALL_PORT", "1003")
    monkeypatch.setenv("GRIDWALL_HOST", "127.0.0.2")
    settings = load_settings(port=1004, host=None)
    assert (settings.port, settings.host, settings.shards, settings.lang) == (1004, "127.0.0.2", 3, "en")


def test_empty_variable_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDWALL_REDIS_URL", "")
    monkeypatch.setenv("GRIDWALL_PORT", "")
    settings = load_settings()
    assert (settings.redis_url, settings.port) == (None, 8050)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "abc", "integer"),
        ("PORT", "70000", "65535"),
        ("SHARDS", "0", "greater than or equal to 1"),
        ("LANG", "fr", "'zh-CN' or 'en'"),
        ("TIMEZONE", "Mars/Olympus", "is not a time zone"),
        ("TIMEZONE", "../../etc/passwd", "is not a time zone"),
        ("CLOCK", "yesterday", "instant from 2000 to 2099"),
        ("CLOCK", "2026", "instant from 2000 to 2099"),
        ("CLOCK", "9999-12-31T23:59:59Z", "instant from 2000 to 2099"),
        ("REDIS_URL", "bogus", "redis://"),
        ("TILE_URL", "https://{s}/{z}/{x}/{y}.png", "after `{s}` in a host comes a domain"),
        ("TILE_URL", "https://tiles.{s}/{z}/{x}/{y}.png", "after `{s}` in a host comes a domain"),
        ("TILE_URL", "https://{r}.tiles.example/{z}/{x}/{y}.png", "nothing else stands in braces"),
        ("TILE_URL", "https://x; script-src *.example/{z}.png", "which hosts"),
        ("TILE_URL", "ftp://tiles.example/{z}.png", "is an address such as https://"),
        ("CLOCK", "2026-01-31T08:00:00", "needs an offset"),
        ("CLOCK_SPEED", "0", "greater than 0"),
        ("CLOCK_SPEED", "nan", "3600"),
        ("CLOCK_ANCHOR", "inf", "finite"),
        ("MAX_BODY_BYTES", "1", "1024"),
    ],
)
def test_bad_value_is_told_in_one_line(name: str, value: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert raised.value.name == PREFIX + name
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "value",
    [
        "/tiles/{z}/{x}/{y}.png",
        "//tiles.example/{z}/{x}/{y}.png",
        "http://127.0.0.1:8080/{z}/{x}/{y}.png",
        "http://[::1]:8080/{z}/{x}/{y}.png",
        "HTTPS://tile-{s}.tiles.example:8443/{z}/{x}/{y}{r}.png?key=1&style=a+b",
    ],
)
def test_a_template_of_tiles_that_a_policy_can_name_is_taken(value: str) -> None:
    assert load_settings(tile_url=value).tile_url == value


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe\x00", b"[port]\nx = 1"])
def test_unreadable_file_is_told_in_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "gridwall.toml").write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "\n" not in str(raised.value)


def test_every_setting_is_described_with_its_default() -> None:
    lines = describe().splitlines()
    assert len(lines) == len(Settings.model_fields)
    assert all(PREFIX in line and "(default " in line for line in lines)


def test_clock_is_real_unless_something_is_set() -> None:
    assert isinstance(clock_from(load_settings()), RealClock)


def test_clock_runs_from_its_anchor_at_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    start = dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    clock = clock_from(load_settings(clock=start.isoformat(), clock_speed=60, clock_anchor=1000.0))
    monkeypatch.setattr("dashboard.clock.time.time", lambda: 1010.0)
    assert clock.now() == start.timestamp() + 600.0


def test_clock_without_anchor_starts_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.clock.time.time", lambda: 5000.0)
    clock = clock_from(load_settings(clock="2026-01-31T08:00:00+08:00"))
    assert clock.now() == dt.datetime(2026, 1, 31, tzinfo=dt.UTC).timestamp()
    assert isinstance(clock, CityClock)


def test_faster_clock_without_start_begins_at_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.clock.time.time", lambda: 5000.0)
    clock = clock_from(load_settings(clock_speed=10))
    monkeypatch.setattr("dashboard.clock.time.time", lambda: 5001.0)
    assert clock.now() == 5010.0


def test_manual_clock_shows_what_it_was_set_to() -> None:
    clock = ManualClock(1.0)
    clock.at = 2.0
    assert clock.now() == 2.0


@pytest.mark.parametrize(("given", "path"), [("/gridwall/", "/gridwall"), ("/a/b-c.d_e~", "/a/b-c.d_e~"), ("/", None)])
def test_a_root_path_has_no_slash_at_its_end(given: str, path: str | None) -> None:
    assert load_settings(root_path=given).root_path == path


@pytest.mark.parametrize("given", ["gridwall", "/a//b", "/a/../b", "/.", "/a b", "/a?b", "//x", "https://x/y", "/网格"])
def test_a_root_path_that_no_address_can_begin_with_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match=r"GRIDWALL_ROOT_PATH.*such as /gridwall"):
        load_settings(root_path=given)
