"""Which services residents hand in at the community, whose they are, and how long each may take."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from dashboard.domain.rules.limits import Limit, parse_limit
from dashboard.errors import RulesError

_KIND_ID = re.compile(r"[a-z0-9-]{1,60}")


class ServiceKind(msgspec.Struct, frozen=True):
    """One kind of request; its limit counts from when it was handed in."""

    id: str
    name: str
    name_en: str
    department: str
    limit: Limit


def parse_services(tables: dict[str, Any], departments: dict[str, Any]) -> dict[str, ServiceKind]:
    """Returns the kinds in the table `services` by id, in its order; raises RulesError naming the entry at fault."""
    table = tables.get("services", {})
    if not isinstance(table, dict):
        raise RulesError("services", "must be a table")
    return {name: _kind(name, entry, departments) for name, entry in table.items()}


def _kind(name: str, entry: Any, departments: dict[str, Any]) -> ServiceKind:
    where = f"services.{name}"
    if _KIND_ID.fullmatch(name) is None:
        raise RulesError(where, "a service is named with small letters, digits and dashes")
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
        raise RulesError(f"{where}.name", "is missing, or no text in quotes")
    if entry.get("department") not in tuple(departments):  # a file may give a list, which no table can look up
        raise RulesError(f"{where}.department", f"{entry.get('department')!r} is not one of the departments")
    limit = parse_limit(f"{where}.limit", entry.get("limit"))
    return ServiceKind(name, entry["name"], str(entry.get("name_en", name)), entry["department"], limit)
