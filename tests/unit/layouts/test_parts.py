"""Small parts: every number has its place, and a click on it opens what it counts."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.reading.casefilter import filter_of
from dashboard.layouts.parts import LINKS, address_of, counted, counter, file_links, kpi, link, panel
from dashboard.words import Words
from tests.support.pages import Memory, attributes, text_of


def test_a_counter_shows_its_number_and_leads_to_it() -> None:
    part = counter("cases-open", "Open", area="420502")
    assert attributes(part, "data-kpi") == ["cases-open"]
    assert attributes(part, "href") == ["/cases?state=open&area=420502"]


@pytest.mark.parametrize("name", [name for name, address in LINKS.items() if address.startswith("/cases?")])
def test_every_link_to_cases_is_a_filter_that_the_worklist_knows(name: str) -> None:
    query = dict(pair.split("=") for pair in link(name).partition("?")[2].split("&"))
    assert filter_of(Memory().reading(), query)


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda name: name not in (".", "..")))
def test_any_id_comes_back_from_its_address(name: str) -> None:
    address = urlsplit("http://x" + address_of("departments", name))
    assert (address.query, address.fragment, address.path.count("/")) == ("", "", 2)
    assert unquote(address.path).removeprefix("/departments/") == name
    assert parse_qs(urlsplit(link("cases-open", name)).query)["area"] == [name]


def test_a_count_stands_inside_of_its_sentence() -> None:
    say = Words("en")
    assert (
        text_of(counted(say, "cases-found", "cases-listed", 1234)).split()
        == text_of(say("cases-found", count=1234)).split()
    )
    [data] = attributes(counted(say, "cases-found", "cases-listed", None), "data-value")
    assert data == "", "still to come"


def test_a_panel_says_how_old_it_is() -> None:
    part = panel("Title", None, kpi("reports"), name="x", moves="topic")
    assert part.className == "panel panel-x"
    assert attributes(part, "data-topic") == ["city"]


def test_files_are_offered_with_what_each_is_for_and_xlsx_first() -> None:
    for lang in ("en", "zh-CN"):
        links = [
            link.to_plotly_json()["props"] for link in file_links(Words(lang), lambda kind: {"href": f"/x.{kind}"})
        ]
        assert [(link["children"], link["href"]) for link in links] == [("XLSX", "/x.xlsx"), ("CSV", "/x.csv")]
        assert all("Excel" in link["title"] for link in links)
