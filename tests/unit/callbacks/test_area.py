"""The page of an area is there at once; its charts come when they are asked for, in the language of the page."""

from __future__ import annotations

from dashboard import ids
from dashboard.callbacks.area import page, register
from dashboard.callbacks.asked import Asked
from dashboard.words import Words
from tests.support.pages import Memory, data_of, ids_of, text_of, view
from tests.support.registered import Registered


async def test_the_page_is_of_the_area_in_the_address() -> None:
    made = await page(Asked(Words("en"), view(), Memory(), rest="420503"))
    assert data_of(made)["area"]["code"] == "420503"
    assert ids.CHART_PEOPLE not in ids_of(made)


async def test_charts_come_in_the_language_of_the_page() -> None:
    app = Registered()
    register(app)
    for lang in ("en", "zh-CN"):
        made = await app.functions["show"](1, lang)
        assert ids.CHART_PEOPLE in ids_of(made)
        assert Words(lang)("chart-people") in text_of(made)
