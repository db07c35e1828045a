"""The document of a page brings along all that the page needs to start, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.conftest import ServerFactory

PACKAGES = {"dash_leaflet", "dash_ag_grid", "dash_core_components"}
USES = {
    "/": {"dash_leaflet"},
    "/area/city": {"dash_leaflet"},
    "/cases?state=open": {"dash_ag_grid", "dash_core_components"},
    "/supervision": set(),
    "/nowhere": set(),
}
CALLBACKS = {"/": 1, "/area/city": 2, "/cases?state=open": 2, "/supervision": 1}


def document(url: str, path: str, status: int = 200) -> str:
    answer = httpx.get(url + path, trust_env=False, timeout=10.0)
    assert answer.status_code == status
    return answer.text


def embedded(text: str, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def packages(text: str) -> set[str]:
    return {name for name in PACKAGES if re.search(rf'<script src="[^"]*{name}', text)}


def test_a_page_brings_its_layout_its_callbacks_and_its_packages_only(server: ServerFactory) -> None:
    url = server().url
    for path, used in USES.items():
        text = document(url, path, 404 if path == "/nowhere" else 200)
        assert packages(text) == used, path
        assert embedded(text, "page-layout")["props"]["id"] == "page"
    for path, count in CALLBACKS.items():
        assert len(embedded(document(url, path), "page-callbacks")) == count, path


@pytest.mark.parametrize(
    ("path", "status"),
    [("/</script><script>alert(1)</script>", 404), ("/cases?q=</script><b>", 200), ("/area/<b>\"'", 404)],
)
def test_no_address_can_write_into_its_document(server: ServerFactory, path: str, status: int) -> None:
    text = document(server().url, path, status)
    assert "<script>alert" not in text
    assert text.count("<script") == text.count("</script>")
    embedded(text, "page-layout")


def test_the_language_of_the_document_is_that_of_the_address_or_of_the_last_one(server: ServerFactory) -> None:
    url = server().url
    assert '<html lang="zh-CN">' in document(url, "/")
    english = document(url, "/?lang=en")
    assert '<html lang="en">' in english
    assert "words-en." in english
    answer = httpx.get(url + "/", cookies={"gridwall-lang": "en"}, trust_env=False)
    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize(("lang", "said"), [("en", "No such page"), ("zh-CN", "没有这个页面")])
def test_what_is_not_there_is_404_in_the_visitors_language_and_never_kept(
    server: ServerFactory, lang: str, said: str
) -> None:
    url, cookies = server().url, {"gridwall-lang": lang}
    with httpx.Client(base_url=url, cookies=cookies, trust_env=False) as visitor:
        missing = visitor.get("/fr/cases")
        again = visitor.get("/fr/cases", headers={"if-none-match": "*"})
        head = visitor.head("/fr/cases")
        named = visitor.get("/cases/K.v1m1"), visitor.get("/area/none"), visitor.get("/departments/none")
    assert (missing.status_code, again.status_code, head.status_code) == (404, 404, 404)
    assert said in missing.text
    assert missing.headers["content-type"].startswith("text/html")
    assert (head.content, head.headers["content-type"]) == (b"", missing.headers["content-type"])
    assert [answer.status_code for answer in named] == [404, 404, 404]
    for answer in (missing, *named):
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_files_are_compressed_before_anybody_asks_and_kept_for_ever(server: ServerFactory) -> None:
    running = server()
    names = re.findall(r'(?:src|href)="(/(?:bundle|_dash|geo)[^"]+)"', document(running.url, "/"))
    assert len(names) <= 14
    for name in names:
        answer = httpx.get(running.url + name, headers={"accept-encoding": "br"}, trust_env=False)
        assert answer.status_code == 200, name
        assert "immutable" in answer.headers["cache-control"], name
        assert answer.headers["content-encoding"] == "br" or len(answer.content) < 3000, name


def test_the_same_files_have_the_same_addresses() -> None:
    from dashboard.web.bundles import make_bundles

    one = make_bundles()
    assert one == make_bundles()
    assert len({bundle.address for bundle in one.all()}) == len(list(one.all()))
