"""The command line: 0 done, 1 failed with one line on stderr, 2 wrong usage; quiet in a pipe."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.settings import Settings
from tests.support.running import clean_environment, gridwall


@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"], ["simulate", "--help"], ["city", "--help"]])
def test_help_is_no_failure(arguments: list[str], tmp_path: Path) -> None:
    ended = gridwall(*arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage: gridwall" in ended.stdout


def test_help_of_serve_lists_every_setting(tmp_path: Path) -> None:
    shown = gridwall("serve", "--help", cwd=tmp_path).stdout
    assert all(f"GRIDWALL_{name.upper()} " in shown for name in Settings.model_fields)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["serve", "--port", "x"],
        ["serve", "--port", "70000"],
        ["demo", "--speed", "0"],
        ["demo", "--grids", "0"],
        ["simulate", "--via", "pigeons"],
        ["import-areas"],
        ["serve", "--nonsense"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str], tmp_path: Path) -> None:
    ended = gridwall(*arguments, cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr


def _assert_one_line(ended: subprocess.CompletedProcess[str], words: str) -> None:
    assert ended.returncode == 1, ended
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert ended.stderr.startswith("gridwall: ")
    assert words in ended.stderr


def test_bad_setting_is_1_with_one_line(tmp_path: Path) -> None:
    ended = gridwall("serve", cwd=tmp_path, GRIDWALL_TIMEZONE="Mars/Olympus")
    _assert_one_line(ended, "GRIDWALL_TIMEZONE: 'Mars/Olympus' is not a time zone")


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_taken_port_is_1_with_one_line_and_starts_nothing(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = gridwall(command, "--port", str(port), cwd=tmp_path)
    _assert_one_line(ended, f"{port} on 127.0.0.1 is taken; choose another one with --port")
    assert not (tmp_path / "gridwall-data").exists()


def test_foreign_host_is_1_with_one_line(tmp_path: Path) -> None:
    _assert_one_line(
        gridwall("serve", "--host", "192.0.2.1", "--port", "0", cwd=tmp_path), "not an address of this machine"
    )
    _assert_one_line(gridwall("serve", "--host", "no such host", "--port", "0", cwd=tmp_path), "is not an address")


def test_simulate_without_a_running_system_is_1_with_one_line(tmp_path: Path) -> None:
    _assert_one_line(gridwall("simulate", cwd=tmp_path), "start `gridwall serve` or set GRIDWALL_REDIS_URL")


def test_handsets_without_a_server_are_1_with_one_line(tmp_path: Path, small_city: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    given = {"GRIDWALL_PORT": port, "GRIDWALL_AREAS": str(small_city)}
    ended = gridwall("simulate", "--via", "handsets", "--for", "1s", cwd=tmp_path, **given)
    _assert_one_line(ended, f"nobody answers at http://127.0.0.1:{port}")


def test_folders_that_cannot_be_written_are_1_with_one_line(tmp_path: Path) -> None:
    _assert_one_line(gridwall("city", "--grids", "5", "--out", "no/where.json", cwd=tmp_path), "no/where.json")
    (tmp_path / "file").write_text("")
    ended = gridwall("serve", "--port", "0", cwd=tmp_path, GRIDWALL_DATA_DIR=str(tmp_path / "file" / "data"))
    _assert_one_line(ended, "file")


def test_city_is_written_and_found_good(tmp_path: Path) -> None:
    made = gridwall("city", "--grids", "30", "--out", "city.json", cwd=tmp_path)
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    checked = gridwall("import-areas", "city.json", cwd=tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "30 grids" in checked.stdout


def test_city_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    cities = [gridwall("city", "--grids", "12", "--seed", seed, cwd=tmp_path).stdout for seed in ("3", "3", "4")]
    assert cities[0] == cities[1] != cities[2]


def test_import_of_a_bad_file_tells_each_problem_and_is_1(tmp_path: Path, small_city: Path) -> None:
    city = json.loads(small_city.read_bytes())
    city["features"][-1]["properties"]["parent"] = "nowhere"
    city["features"][-2]["properties"]["level"] = "galaxy"
    (tmp_path / "bad.json").write_text(json.dumps(city))
    ended = gridwall("import-areas", "bad.json", cwd=tmp_path)
    _assert_one_line(ended, "problem")
    assert "nowhere" in ended.stdout
    assert "galaxy" in ended.stdout


def test_import_of_a_missing_file_is_1(tmp_path: Path) -> None:
    _assert_one_line(gridwall("import-areas", "missing.json", cwd=tmp_path), "missing.json")


def test_bad_areas_and_rules_are_1_with_one_line(tmp_path: Path, small_city: Path, redis_url: str) -> None:
    (tmp_path / "bad.toml").write_text("[")
    given = {"GRIDWALL_PORT": "0", "GRIDWALL_REDIS_URL": redis_url}
    _assert_one_line(gridwall("serve", "--areas", "missing.json", cwd=tmp_path, **given), "missing.json")
    ended = gridwall("serve", "--areas", str(small_city), cwd=tmp_path, GRIDWALL_RULES="bad.toml", **given)
    _assert_one_line(ended, "bad.toml")


def test_serve_tells_its_address_and_ends_in_order(tmp_path: Path, small_city: Path) -> None:
    for ending in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "serve", "--port", "0", "--areas", str(small_city)],
            cwd=tmp_path,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Gridwall: http://127.0.0.1:")
        process.send_signal(ending)
        rest, errors = process.communicate(timeout=15)
        assert (process.returncode, rest, errors) == (0, "", "")
        assert not (tmp_path / "gridwall-data" / "redis.url").exists()
