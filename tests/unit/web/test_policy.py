"""The policy of all answers: everything from here, and inline scripts by their hash alone."""

from __future__ import annotations

import pytest

from dashboard.web.policy import policy


def test_scripts_are_ours_or_known_by_their_hash() -> None:
    parts = dict(part.strip().split(" ", 1) for part in policy(["'sha256-a='", "'sha256-b='"]).split(";"))
    assert parts["default-src"] == "'self'"
    assert parts["script-src"] == "'self' 'sha256-a=' 'sha256-b='"
    assert parts["object-src"] == "'none'"
    assert "unsafe-eval" not in policy([])


@pytest.mark.parametrize(
    ("tile_url", "named"),
    [
        (None, ""),
        ("/tiles/{z}/{x}/{y}.png", ""),
        ("https://tiles.example:8443/{z}/{x}/{y}.png?key=1", " https://tiles.example:8443"),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", " https://*.tiles.example"),
        ("https://tile-{s}.tiles.example/{z}/{x}/{y}.png", " https://*.tiles.example"),
        ("https://{s}-tile.a.tiles.example:8443/{z}/{x}/{y}.png", " https://*.a.tiles.example:8443"),
        ("//a.{s}.tiles.example/{z}/{x}/{y}.png", " *.tiles.example"),
    ],
)
def test_no_foreign_host_is_named_but_that_of_the_tiles_for_pictures(tile_url: str | None, named: str) -> None:
    parts = dict(part.strip().split(" ", 1) for part in policy([], tile_url).split(";"))
    assert parts["img-src"] == "'self' data: blob:" + named
    assert parts["connect-src"] == "'self'"
