"""The guard of a page is allowed by its hash, and stands in the document as it is."""

from __future__ import annotations

import base64
import hashlib

from dashboard.web.guard import HASH, SCRIPT


def test_the_hash_is_that_of_the_script_as_browsers_compute_it() -> None:
    assert base64.b64decode(HASH.removeprefix("'sha256-").removesuffix("'")) == hashlib.sha256(SCRIPT.encode()).digest()


def test_the_script_can_stand_in_markup() -> None:
    assert "<" not in SCRIPT
    assert "\n" not in SCRIPT
