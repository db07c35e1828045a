"""The policy of all answers: everything from here, and inline scripts by their hash alone."""

from __future__ import annotations

from dashboard.web.policy import policy


def test_scripts_are_ours_or_known_by_their_hash() -> None:
    parts = dict(part.strip().split(" ", 1) for part in policy(["'sha256-a='", "'sha256-b='"]).split(";"))
    assert parts["default-src"] == "'self'"
    assert parts["script-src"] == "'self' 'sha256-a=' 'sha256-b='"
    assert parts["object-src"] == "'none'"
    assert "unsafe-eval" not in policy([])
