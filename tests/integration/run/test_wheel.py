"""The wheel alone, outside of the checkout: it is small, installs offline as the manual says, and runs the city."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.making import ROOT
from tests.support.running import clean_environment, wait_until

LARGEST_BYTES = 1_000_000
UNREACHABLE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}


def _run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Runs a command without the checkout on its path and returns what it says; fails with its words."""
    ended = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=_outside() | UNREACHABLE | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100.0,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def _outside() -> dict[str, str]:
    return {name: value for name, value in clean_environment().items() if name != "PYTHONPATH"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    _run(sys.executable, "-m", "pip", *build, cwd=folder)
    return next(folder.glob("gridwall-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment that has the wheel and, by a link, the packages that it needs; no checkout."""
    folder = tmp_path_factory.mktemp("outside")
    _run(sys.executable, "-m", "venv", "--without-pip", "env", cwd=folder)
    packages = next((folder / "env").glob("lib*/python3*/site-packages"))
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    bin_folder = folder / "env" / "bin"
    into = ("--python", bin_folder / "python", "install", "--quiet", "--no-index", "--no-deps", wheel)
    _run(sys.executable, "-m", "pip", *into, cwd=folder)
    return bin_folder


@contextmanager
def _started(command: Path, *options: str, cwd: Path, **environment: str) -> Iterator[str]:
    """Yields the address that a command prints; afterwards it has to end wholly and without a word."""
    process = subprocess.Popen(
        [str(command), *options],
        cwd=cwd,
        env=_outside() | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield line.removeprefix("Gridwall: ").strip().rstrip("/")
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def _get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=10.0, trust_env=False)


def _page_and_files(url: str) -> None:
    """Checks that a page and all files that it names are there, and that it says which version this is."""
    page = _get(f"{url}/about?lang=en").text
    assert re.search(r'data-part=\\"gridwall\\"\\u003e\d+\.\d+', page)
    files = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', page)
    assert len(files) >= 5
    assert {path: _get(url + path).status_code for path in files} == dict.fromkeys(files, 200)


def test_the_wheel_is_small_and_whole(wheel: Path) -> None:
    assert wheel.stat().st_size <= LARGEST_BYTES
    names = set(zipfile.ZipFile(wheel).namelist())
    assets = [path for path in (ROOT / "assets").rglob("*") if path.is_file()]
    assert {f"dashboard/{path.relative_to(ROOT)}" for path in assets} <= names
    rest = [path for top in ("dashboard", "simulator") for path in (ROOT / top).rglob("*.*") if path.is_file()]
    ours = {str(path.relative_to(ROOT)) for path in rest if "__pycache__" not in path.parts}
    assert ours <= names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def test_serve_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    where = _run(installed / "python", "-c", "import dashboard; print(dashboard.__file__)", cwd=tmp_path)
    assert str(installed.parent) in where, "the checkout is not what runs"
    with _started(installed / "gridwall", "serve", cwd=tmp_path, GRIDWALL_PORT="0") as url:
        wait_until(lambda: _get(f"{url}/readyz").status_code == 200, 10.0, "ready")
        assert _get(f"{url}/").status_code == 200
        _page_and_files(url)


def test_the_demo_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    options = ("--grids", "24", "--history", "1", "--port", "0")
    with _started(installed / "gridwall", "demo", *options, cwd=tmp_path) as url:
        assert _get(f"{url}/api/v1/areas/city").json()["log"]["reports"] > 50


def _commands() -> list[list[str]]:
    """Returns the two commands of the manual that install without internet, without the path of their pip."""
    manual = (ROOT / "docs/operations.md").read_text("utf-8").partition("On the other one:")[2]
    return [line.split() for line in re.findall(r"^/opt/gridwall/bin/pip (install .+)$", manual, re.MULTILINE)]


def _package(folder: Path, name: str) -> str:
    """Makes the wheel of a package; returns the lines by which a lock pins it."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def test_it_installs_from_a_wheelhouse_by_the_commands_of_the_manual(wheel: Path, tmp_path: Path) -> None:
    """The packages stand for those of the lock, whose wheels only an index has; the index cannot be reached."""
    wheelhouse = tmp_path / "wheelhouse"
    wheelhouse.mkdir()
    (wheelhouse / wheel.name).write_bytes(wheel.read_bytes())
    lock = "".join(_package(wheelhouse, name) for name in ("first_part", "second_part"))
    (tmp_path / "requirements.lock").write_text(lock)
    _run(sys.executable, "-m", "venv", "--without-pip", "env", cwd=tmp_path)
    commands = _commands()
    assert len(commands) == 2
    for words in commands:
        given = [str(wheelhouse / wheel.name) if "*" in word else word for word in words]
        assert "--no-index" in given
        _run(sys.executable, "-m", "pip", "--python", tmp_path / "env/bin/python", *given, cwd=tmp_path)
    names = {path.name for path in (tmp_path / "env").rglob("*.dist-info")}
    assert names == {"first_part-1.0.dist-info", "second_part-1.0.dist-info", f"{wheel.name[:14]}.dist-info"}
    assert (tmp_path / "env/bin/gridwall").exists()
