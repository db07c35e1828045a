"""What the tree looks like: who may import whom, no file without measure, no address of a registry."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.tree import ROOT, tracked

LONGEST_FILE = 400
LARGEST_MB = 483  # installed, without pip's own 17
WRITTEN_BY_HAND = {".py", ".js", ".css", ".toml", ".md", ".sh", ".yml", ".yaml"}
DOMAIN_MAY_IMPORT = {"numpy", "msgspec", "xxhash"}
DOMAIN_MAY_NOT = {"asyncio", "logging", "os", "pathlib", "random", "secrets", "socket", "subprocess", "time"}
# Put together here, since this file is looked at, too.
REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "registry." + "npmjs",
    "unpkg" + ".com",
    "js" + "delivr",
    "cdn" + "js",
]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


def test_imports_go_one_way_only() -> None:
    """The contracts stand in pyproject.toml; import-linter checks the whole graph."""
    linter = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "dashboard/domain").glob("*.py")), ids=lambda path: path.stem)
def test_domain_imports_nothing_but_what_it_may(path: Path) -> None:
    for name in _imports(path):
        top = name.partition(".")[0]
        own = name.startswith("dashboard.domain") or name == "dashboard.errors"
        assert own or top in DOMAIN_MAY_IMPORT or (top in sys.stdlib_module_names and top not in DOMAIN_MAY_NOT), name


def test_importing_does_nothing_visible() -> None:
    """Importing every module opens no file for writing, no socket and no process."""
    program = """
import importlib, pkgutil, sys
def hook(event, args):
    if event in ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.mkdir", "os.remove"):
        raise SystemExit(f"{event} {args}")
import dashboard, simulator, uvicorn, fastapi, dash, redis.asyncio
sys.addaudithook(hook)
for package in (dashboard, simulator):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_no_file_names_a_registry_or_a_cdn() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "ignore").lower()
        found += [f"{path.relative_to(ROOT)}: {host}" for host in REGISTRIES if host in text]
    assert found == []


def test_files_are_short() -> None:
    lengths = {p: p.read_bytes().count(b"\n") for p in tracked() if p.suffix in WRITTEN_BY_HAND - {".md"}}
    too_long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE}
    assert too_long == {}


def test_locks_pin_every_package_with_hashes() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())
        assert len(blocks) > 50
        assert all("==" in block and "--hash=sha256:" in block for block in blocks)
        assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|https?:)", "\n".join(blocks), re.MULTILINE)


def test_both_locks_agree() -> None:
    run, test = (set(_pins(name)) for name in ("requirements.lock", "requirements-test.lock"))
    names = {pin.partition("==")[0] for pin in run}
    assert run <= test
    assert names <= {pin.partition("==")[0] for pin in test}


def _pins(name: str) -> Iterator[str]:
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if "==" in line and not line.startswith(" "):
            yield line.split(" ;")[0].rstrip(" \\")


def test_what_has_to_be_installed_stays_small() -> None:
    """Files of all locked packages as they are listed, sources twice, since each gets its bytecode: what `du` says."""
    files = [
        file
        for pin in _pins("requirements.lock")
        for package in metadata.distributions(name=pin.partition("==")[0])
        for file in package.files or []
        if file.suffix != ".pyc"
    ]
    assert len(files) > 5_000
    total_bytes = sum((file.size or 0) * (2 if file.suffix == ".py" else 1) for file in files)
    assert total_bytes / 2**20 <= LARGEST_MB


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    start, previous = lines.index("dependencies = ["), ""
    for line in lines[start + 1 : lines.index("]", start)]:
        assert " # " in line or line.strip().startswith("#") or previous.strip().startswith("#"), line
        previous = line


@pytest.mark.parametrize("room", ["api", "callbacks", "layouts", "web", "desk"])
def test_nobody_above_the_feeds_reaches_for_the_state_that_goes_on_moving(room: str) -> None:
    """Below an import that is allowed (the desk, a reading) lies the state; here nobody goes through one to reach it.

    The desk looks into the reading that it was given, at its moment; the others do not do that either.
    """
    past_the_door = {"replica"} | ({"state"} if room != "desk" else set())
    found = []
    for path in (ROOT / "dashboard" / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                if node.value.attr in past_the_door:
                    found.append(f"{path.name}:{node.lineno} .{node.value.attr}.{node.attr}")
            elif isinstance(node, ast.Name) and node.id in {"Running", "CityState", "Replica"}:
                found.append(f"{path.name}:{node.lineno} {node.id}")
    allowed = ("desk.py", "performance.py") if room == "desk" else ()  # who hands out the parts; a copy for a thread
    assert [line for line in found if not line.startswith(allowed)] == []
