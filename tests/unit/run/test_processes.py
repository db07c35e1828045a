"""Processes that end with us, whatever happens to us or to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from dashboard.run.processes import ROOT, Child, free_port, python_environment
from dashboard.run.serve import listen
from tests.support.running import clean_environment, is_running, wait_until

_PARENT = """
import sys, time
from dashboard.run.processes import Child
child = Child([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_child_ends_when_asked_and_when_it_does_not_listen() -> None:
    for program in (
        "import time; time.sleep(60)",
        "import signal, time; signal.signal(15, lambda *_: 0); time.sleep(60)",
    ):
        child = Child([sys.executable, "-c", program])
        assert child.code is None
        child.end(0.5)
        assert not is_running(child.pid)


def test_child_ends_with_a_killed_parent() -> None:
    command = [sys.executable, "-c", _PARENT]
    parent = subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)
    parent.kill()
    parent.communicate()
    wait_until(lambda: not is_running(child), 5.0, "the end of the child")


def test_interrupt_of_the_terminal_does_not_reach_children() -> None:
    child = Child([sys.executable, "-c", "import time; time.sleep(60)"])
    assert os.getpgid(child.pid) != os.getpgrp()
    os.kill(child.pid, signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM


def test_free_port_is_free() -> None:
    listen("127.0.0.1", free_port()).close()


def test_both_packages_are_found_from_anywhere() -> None:
    assert python_environment()["PYTHONPATH"].split(os.pathsep)[0] == str(ROOT)
    assert (ROOT / "simulator/__main__.py").exists()
