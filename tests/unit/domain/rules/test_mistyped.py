"""What a converter says of types is said in words, with the entry that it is about."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest

from dashboard.domain.rules.mistyped import mistyped
from dashboard.domain.rules.rules import Label


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"name": 7, "name_en": "x"}, Label, "name is a whole number; wanted is a text in quotes"),
        ({"name": "x"}, Label, "name_en is missing"),
        ({"a": "x"}, dict[str, float], "is a text in quotes; wanted is a number"),
        ("thirty", int | None, "is a text in quotes; wanted is a whole number or nothing"),
        ([True], list[int], "[0] is true or false; wanted is a whole number"),
        (1, Annotated[int, msgspec.Meta(ge=3)], "is out of range; wanted is a whole number >= 3"),
        ("b", Literal["a"], "Invalid enum value 'b'"),
    ],
)
def test_it_is_said_in_words(given: Any, kind: Any, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(given, kind)
    assert mistyped(refused.value) == said
