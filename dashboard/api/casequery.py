"""What lists and files of cases can be asked for over HTTP: the filters of cases, as parameters."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, Field, create_model

from dashboard.domain.reading.casefilter import FILTERS, SEVERAL

Model = TypeVar("Model", bound=BaseModel)


def with_filters(model: type[Model]) -> type[Model]:
    """Returns a model that has every filter of cases as a parameter, too; what is left out asks for nothing."""
    fields: dict[str, Any] = {
        each.name: ((list[str] if each.repeated else each.kind) | None, Field(None, description=each.says))
        for each in FILTERS.values()
    }
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, __module__=model.__module__, **fields)


@with_filters
class CaseQuery(BaseModel):
    """Which cases are wanted."""

    archived: bool = Field(False, description="search the archive of cases that ended before the window")
    lang: str | None = Field(None, description="language of the headings of a file")


class CasePage(CaseQuery):
    """One page of them."""

    limit: int = Field(50, ge=1, le=1000)
    cursor: str | None = Field(None, description="`next` of the page before")


def texts_of(asked: CaseQuery) -> dict[str, str]:
    """Returns the filters that are asked for as texts, as the address of a page has them."""
    given = asked.model_dump(include=set(FILTERS), exclude_none=True)
    return {name: _text(value) for name, value in given.items()}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return SEVERAL.join(each for each in value if each)
    return str(value).lower() if isinstance(value, bool) else str(value)
