"""A process ends whatever signal asks it to, however often, and whatever hangs."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.run.ending import ENDED_BY_FORCE, SIGNALS
from tests.support.running import clean_environment

_PROGRAM = """
import contextlib, sys, threading, time
from pathlib import Path
from dashboard.run.ending import asked_to_end
with contextlib.suppress(KeyboardInterrupt), asked_to_end(float(sys.argv[2])) as ending:
    ending.at_last(Path(sys.argv[1]).unlink)
    ending.instead = {instead}
    print("runs", flush=True)
    {inside}
{outside}
"""


def program(
    folder: Path, within_s: float, inside: str, outside: str = "", instead: str = "None"
) -> subprocess.Popen[str]:
    """Returns a process that can be asked to end, and that has a file to clean up."""
    mark = folder / "mark"
    mark.touch()
    command = [
        sys.executable,
        "-c",
        _PROGRAM.format(inside=inside, outside=outside, instead=instead),
        str(mark),
        str(within_s),
    ]
    process = subprocess.Popen(
        command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "runs\n"
    return process


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_each_signal_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    process = program(tmp_path, 30, "time.sleep(60)", "print('in order')")
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "in order\n", "")


def test_further_signals_do_not_interrupt_the_cleaning_up(tmp_path: Path) -> None:
    outside = "print('cleans', flush=True); time.sleep(0.3); print('cleaned')"
    process = program(tmp_path, 30, "time.sleep(60)", outside)
    process.send_signal(signal.SIGTERM)
    assert process.stdout is not None
    assert process.stdout.readline() == "cleans\n"
    for number in SIGNALS:
        process.send_signal(number)
    out, _ = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "cleaned\n")


def test_a_further_signal_finds_the_end_begun(tmp_path: Path) -> None:
    asked = "lambda: print('asked', flush=True)"
    process = program(tmp_path, 30, "time.sleep(0.5); print('over')", instead=asked)
    for _ in range(3):
        process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "asked\nover\n")


@pytest.mark.parametrize(
    ("inside", "outside", "instead"),
    [("time.sleep(60)", "", "lambda: None"), ("time.sleep(60)", "time.sleep(60)", "None"),
     ("time.sleep(60)", "", "threading.Thread(target=time.sleep, args=(60,)).start()")],
    ids=["what runs", "cleaning up", "a thread"],
)  # fmt: skip
def test_what_hangs_is_ended_by_force_and_cleaned_up(tmp_path: Path, inside: str, outside: str, instead: str) -> None:
    process = program(tmp_path, 0.3, inside, outside, instead)
    asked_at = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, time.monotonic() - asked_at < 5) == (ENDED_BY_FORCE, True)
    assert err == "gridwall: did not end in order within 0.3 s: ended by force\n"
    assert not (tmp_path / "mark").exists()


def test_nohup_keeps_a_server_over_the_end_of_its_terminal(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = program(tmp_path, 30, "time.sleep(0.5); print('still here')")
    finally:
        signal.signal(signal.SIGHUP, before)
    process.send_signal(signal.SIGHUP)
    out, _ = process.communicate(timeout=10)
    assert out == "still here\n"
