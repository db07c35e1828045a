"""Reports: every event that may arrive, as typed CloudEvents, and how bytes become one.

A report is a CloudEvents 1.0 event in structured JSON mode. One msgspec struct per
type checks shapes and ranges while it decodes, in one pass over the bytes.
`time` is any offset on the wire and an aware instant here. Unknown attributes are
ignored, unknown types are not: they are `InvalidReport`s.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from dashboard.errors import InvalidReport

FIELD = b"event"  # the one field of an entry of the log
LAST_MS = 2**64 - 1  # no id of an entry is later
Name = Annotated[str, Meta(min_length=1, max_length=256)]
Id = Annotated[str, Meta(min_length=1, max_length=1024)]  # room for ids that are made of names, such as the keeper's
MOST_TEXT = 4000
Text = Annotated[str, Meta(max_length=MOST_TEXT)]
Instant = Annotated[dt.datetime, Meta(tz=True)]
Age = Annotated[int, Meta(ge=0, le=130)]
Lat = Annotated[float, Meta(ge=-90, le=90)]
Lon = Annotated[float, Meta(ge=-180, le=180)]
Sex = Literal["m", "f"]
CaseLevel = Literal["community", "street", "district", "city"]


_FIRST_DUE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_LAST_DUE = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


class Data(Struct, frozen=True, gc=False):
    """What a report says, apart from who, where and when.

    What a field alone cannot check is checked after decoding: a ValueError whose text begins with
    the name of the field becomes an InvalidReport of that field.
    """


def _check_due(name: str, at: dt.datetime | None) -> None:
    if at is not None and not _FIRST_DUE <= at < _LAST_DUE:
        raise ValueError(f"`{name}` is outside of 2000 to 2099")


class Report(Struct, frozen=True, gc=False, kw_only=True, tag_field="type"):
    """Who (`source`, `id`), where (`subject`, an area code) and when (`time`) of every report."""

    specversion: Literal["1.0"]
    id: Id
    source: Annotated[str, Meta(min_length=1, max_length=1024)]
    subject: Name
    time: Instant


class BirthData(Data, frozen=True, gc=False):
    sex: Sex
    occurred_on: dt.date


class DeathData(Data, frozen=True, gc=False):
    sex: Sex
    age: Age
    occurred_on: dt.date


class MoveData(Data, frozen=True, gc=False):
    sex: Sex
    age: Age
    floating: bool
    other: Text = "outside"


class DwellingData(Data, frozen=True, gc=False):
    kind: Literal["owned", "rented", "public", "other"]


class ComponentData(Data, frozen=True, gc=False):
    class_: Literal["utility", "road", "sanitation", "green", "other"] = msgspec.field(name="class")
    count: Annotated[int, Meta(ge=0, le=10_000_000)]


class CaseReportedData(Data, frozen=True, gc=False):
    case: Name
    category: Name
    severity: Annotated[int, Meta(ge=1, le=3)]
    lat: Lat | None = None
    lon: Lon | None = None
    self_handled: bool = False
    due: Instant | None = None
    note: Text | None = None

    def __post_init__(self) -> None:
        _check_due("due", self.due)


class CaseData(Data, frozen=True, gc=False):
    case: Name
    by: Text | None = None
    note: Text | None = None
    reason: Text | None = None


class DispatchedData(Data, frozen=True, gc=False):
    case: Name
    to: Name
    by: Text | None = None


class EscalatedData(Data, frozen=True, gc=False):
    case: Name
    to_level: CaseLevel
    reason: Text | None = None
    by: Text | None = None


class MergedData(Data, frozen=True, gc=False):
    case: Name
    into: Name
    by: Text | None = None

    def __post_init__(self) -> None:
        if self.into == self.case:
            raise ValueError("`into` is the case itself")


class UrgedData(Data, frozen=True, gc=False):
    case: Name
    by: Text | None = None
    reply_due: Instant | None = None

    def __post_init__(self) -> None:
        _check_due("reply_due", self.reply_due)


class RatedData(Data, frozen=True, gc=False):
    case: Name
    score: Annotated[int, Meta(ge=1, le=5)]


class TaskData(Data, frozen=True, gc=False):
    task: Name
    department: Name | None = None
    cause: Name | None = None
    due: Instant | None = None
    by: Text | None = None
    reason: Text | None = None
    case: Name | None = None

    def __post_init__(self) -> None:
        _check_due("due", self.due)


class OrderIssuedData(Data, frozen=True, gc=False):
    order: Name
    to: Annotated[list[Name], Meta(min_length=1, max_length=20_000)]
    kind: Text | None = None
    text: Text | None = None
    due: Instant | None = None

    def __post_init__(self) -> None:
        _check_due("due", self.due)


class OrderData(Data, frozen=True, gc=False):
    order: Name
    grid: Name | None = None
    note: Text | None = None


class ServiceData(Data, frozen=True, gc=False):
    service: Name
    request: Name
    off_hours: bool = False
    score: Annotated[int, Meta(ge=1, le=5)] | None = None


class ShiftData(Data, frozen=True, gc=False):
    lat: Lat | None = None
    lon: Lon | None = None
    accuracy_m: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    battery: Annotated[float, Meta(ge=0, le=1)] | None = None


class PositionData(Data, frozen=True, gc=False):
    lat: Lat
    lon: Lon
    accuracy_m: Annotated[float, Meta(ge=0, le=1e7)] | None = None
    battery: Annotated[float, Meta(ge=0, le=1)] | None = None


_DATA: dict[str, type[Data]] = {
    "population.birth": BirthData,
    "population.death": DeathData,
    "population.move-in": MoveData,
    "population.move-out": MoveData,
    "dwelling.registered": DwellingData,
    "dwelling.removed": DwellingData,
    "component.counted": ComponentData,
    "case.reported": CaseReportedData,
    "case.filed": CaseData,
    "case.rejected": CaseData,
    "case.dispatched": DispatchedData,
    "case.started": CaseData,
    "case.handled": CaseData,
    "case.returned": CaseData,
    "case.closed": CaseData,
    "case.reopened": CaseData,
    "case.escalated": EscalatedData,
    "case.suspended": CaseData,
    "case.resumed": CaseData,
    "case.merged": MergedData,
    "case.cancelled": CaseData,
    "case.urged": UrgedData,
    "case.replied": CaseData,
    "case.rated": RatedData,
    "task.opened": TaskData,
    "task.taken": TaskData,
    "task.done": TaskData,
    "task.declined": TaskData,
    "order.issued": OrderIssuedData,
    "order.delivered": OrderData,
    "order.read": OrderData,
    "order.accepted": OrderData,
    "order.refused": OrderData,
    "order.completed": OrderData,
    "order.cancelled": OrderData,
    "service.requested": ServiceData,
    "service.completed": ServiceData,
    "worker.shift-started": ShiftData,
    "worker.shift-ended": ShiftData,
    "worker.position": PositionData,
}

# One struct class per type, so that the tag chooses the data's shape while decoding.
REPORT_CLASSES: dict[str, Any] = {
    name: msgspec.defstruct(
        "".join(part.title() for part in re.split(r"[.-]", name)),
        [("data", data)],
        bases=(Report,),
        tag=name,
        frozen=True,
        gc=False,
        kw_only=True,
        module=__name__,
    )
    for name, data in _DATA.items()
}
TYPES = tuple(REPORT_CLASSES)
TYPE_OF: dict[type[Report], str] = {cls: name for name, cls in REPORT_CLASSES.items()}


def _decoder() -> msgspec.json.Decoder[Any]:
    union: Any = None
    for cls in REPORT_CLASSES.values():
        union = cls if union is None else union | cls
    return msgspec.json.Decoder(union)


_DECODE = _decoder().decode
_LEAP = re.compile(rb'"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d):60((?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d))"')
_PATH = re.compile(r" - at `\$\.?(.*)`$")


def decode(raw: bytes) -> Any:
    """Returns the report that `raw` holds; raises InvalidReport with field and reason for anything else."""
    try:
        return _DECODE(raw)
    except msgspec.ValidationError as error:
        if (known := _at_leap_second(raw)) is not None:
            return decode(known)
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidReport("", f"not JSON: {error}", "not-json") from None
    except RecursionError:
        raise InvalidReport("", "nested too deeply", "not-json") from None


def _at_leap_second(raw: bytes) -> bytes | None:
    """Returns a report whose instants name a leap second (RFC 3339, 5.7) with the second before; None for another.

    Python's days have no second 60. It belongs to the day that it ends, so it is told as that day's last one.
    """
    leaps = list(_LEAP.finditer(raw))
    if not leaps or not all(map(_ends_a_month, leaps)):
        return None
    return _LEAP.sub(rb'"\1:59\2"', raw)


def _ends_a_month(leap: re.Match[bytes]) -> bool:
    """Says whether second 60 is where one may be: in the last minute of a month, by UTC."""
    try:
        before = msgspec.convert(f"{leap[1].decode()}:59{leap[2].decode()}", dt.datetime)
        following = before.astimezone(dt.UTC) + dt.timedelta(seconds=1)
    except (msgspec.ValidationError, OverflowError):
        return False
    return (following.day, following.hour, following.minute) == (1, 0, 0)


def decode_all(raws: list[Any]) -> list[Any]:
    """Returns the report that each of many holds, None for whatever `decode` would refuse."""
    try:
        return list(map(_DECODE, raws))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, TypeError):
        return [_decoded(raw) for raw in raws]


def _decoded(raw: bytes | None) -> Any:
    try:
        return None if raw is None else decode(raw)
    except InvalidReport:
        return None


def epoch_in(timezone: str) -> dt.datetime:
    """Returns 1970-01-01 as decoding gives it for an offset of this zone.

    `(time - epoch).total_seconds()` is `time.timestamp()`, in a third of the time where both
    have the very same offset object, which decoding makes once for each offset.
    """
    zone = dt.datetime.fromtimestamp(0, ZoneInfo(timezone)).isoformat()
    return msgspec.json.decode(f'"{zone}"', type=dt.datetime)


def event_of(fields: list[bytes]) -> bytes | None:
    """Returns the report in the fields of an entry, as [name, value, name, …], or None when there is none."""
    if len(fields) == 2 and fields[0] == FIELD:
        return fields[1]
    return dict(zip(fields[::2], fields[1::2], strict=False)).get(FIELD)


def ms_seq(position: bytes) -> tuple[int, int]:
    """Returns the id of an entry as numbers, so that ids compare: its arrival (epoch ms), and its place in that ms."""
    ms, _, seq = position.partition(b"-")
    return int(ms), int(seq or 0)


def type_of(report: Report) -> str:
    """Returns the type of `report`, such as `case.reported`."""
    return TYPE_OF[type(report)]


def _invalid(message: str) -> InvalidReport:
    """Returns msgspec's complaint as field and reason; a missing field is named as the field itself."""
    found = _PATH.search(message)
    field = found.group(1) if found else ""
    reason = _PATH.sub("", message)
    missing = re.search(r"required field `([^`]+)`", reason) or re.match(r"`(\w+)` is ", reason)
    if missing:
        field = f"{field}.{missing.group(1)}" if field else missing.group(1)
    return InvalidReport(field, reason)
