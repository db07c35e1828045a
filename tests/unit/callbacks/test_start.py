"""A page starts in the browser, by a script that every page has."""

from __future__ import annotations

from dashboard.callbacks.start import register
from tests.support.registered import Registered
from tests.support.tree import ROOT


def test_the_page_is_started_by_a_script_that_is_there() -> None:
    app = Registered()
    register(app)
    assert (app.scripts, app.functions) == ([("page", "start")], {})
    assert "start" in (ROOT / "assets/core/start.js").read_text("utf-8")
