"""Settings from the environment (`GRIDWALL_*`), `.env` or `gridwall.toml`, in this order of precedence."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from dashboard.clock import CityClock, Clock, RealClock
from dashboard.errors import SettingsError

PREFIX = "GRIDWALL_"

_HOST = r"(?:[\w.-]*\{s\}[\w-]*\.)?(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d+)?"  # what a policy can name, `{s}` as a star
_ROOT = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~-]+)+", re.ASCII)
_TILES = re.compile(rf"(?:(?:https?:)?//{_HOST})?/[^\s/][^\s]*", re.ASCII | re.IGNORECASE)


class Settings(BaseSettings):
    """All settings; the description of each is what `gridwall serve --help` prints."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        toml_file="gridwall.toml",
        extra="ignore",
        frozen=True,
    )

    redis_url: str | None = Field(None, description="Redis to use; none = a private one is started")
    shards: Annotated[int, Field(ge=1, le=255)] = Field(1, description="number of streams")
    areas: Path | None = Field(None, description="areas file (GeoJSON); none = the demo city")
    rules: Path | None = Field(None, description="rules file (TOML); none = the default rules")
    timezone: str = Field("Asia/Shanghai", description="time zone in which days are cut")
    lang: Literal["zh-CN", "en"] = Field("zh-CN", description="language of the screens")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8050, description="port to listen on")
    root_path: str | None = Field(None, description="path under which a proxy passes this server on, as /gridwall")
    data_dir: Path = Field(Path("gridwall-data"), description="folder of the private Redis, demo city, archive")
    tile_url: str | None = Field(None, description="tile server for the map's background; none = no tiles")
    clock: dt.datetime | None = Field(None, description="instant (RFC 3339) at which the city's clock starts")
    clock_speed: Annotated[float, Field(gt=0, le=3600)] = Field(1.0, description="city seconds per second")
    clock_anchor: float | None = Field(
        None, allow_inf_nan=False, description="real time (epoch s) at which the clock showed CLOCK"
    )
    rotate_s: Annotated[float, Field(ge=0, le=3600)] = Field(20.0, description="seconds per map layer; 0 = never")
    rotate_districts: bool = Field(True, description="show district after district when all layers were shown")
    snapshot_s: Annotated[float, Field(ge=1)] = Field(60.0, description="seconds between two snapshots")
    office_hours: str = Field("08:30-12:00,14:00-17:30", description="when offices work, for limits in work time")
    calendar: str = Field(
        "china", description="which days are worked: china, weekdays, a country (US, US-IL) or a TOML file"
    )
    hold_s: Annotated[float, Field(ge=0)] = Field(3600.0, description="seconds an early report waits for its case")
    hold_bytes: Annotated[int, Field(ge=0)] = Field(64 << 20, description="memory for reports that are early (bytes)")
    keep_days: Annotated[int, Field(ge=35, le=4000)] = Field(400, description="days of daily counts in memory")
    case_days: Annotated[int, Field(ge=31, le=4000)] = Field(92, description="days an ended case stays in memory")
    archive_dir: Path | None = Field(None, description="folder of the cases that left memory; none = in DATA_DIR")
    keeper: bool = Field(True, description="escalate and open follow-up tasks; off while a past is imported")
    keeper_grace_s: Annotated[float, Field(ge=0)] = Field(
        10.0, description="seconds a case that comes in late waits for further steps before it goes up"
    )
    max_body_bytes: Annotated[int, Field(ge=1024)] = Field(1 << 20, description="largest body POST accepts")

    @property
    def root(self) -> str:
        """What stands before each address of this server: the path of a proxy, or nothing."""
        return self.root_path or ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Returns where settings come from, what was given in code first, the file last."""
        return (init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls))

    @field_validator("clock", mode="before")
    @classmethod
    def _written_out(cls, value: Any) -> Any:
        if isinstance(value, str) and not re.match(r"20\d\d-\d\d-\d\d[T ]", value):
            raise ValueError("is an instant from 2000 to 2099, such as 2026-01-31T08:00:00+08:00")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("is an address such as redis://127.0.0.1:6379/0 (or rediss://, unix://)")
        return value

    @field_validator("root_path")
    @classmethod
    def _root(cls, value: str | None) -> str | None:
        path = (value or "").strip().rstrip("/")
        if path and not _ROOT.fullmatch(path):
            raise ValueError("is a path such as /gridwall: one or more `/name` of letters, digits and . _ ~ -")
        return path or None

    @field_validator("tile_url")
    @classmethod
    def _tiles(cls, value: str | None) -> str | None:
        if value is not None and not _TILES.fullmatch(value):
            raise ValueError(
                "is an address such as https://{s}.tiles.example/{z}/{x}/{y}.png: after `{s}` in a host comes a domain "
                "and nothing else stands in braces (a browser must be told which hosts it may ask for pictures)"
            )
        return value

    @field_validator("clock")
    @classmethod
    def _aware(cls, value: dt.datetime | None) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs an offset, such as 2026-01-31T08:00:00+08:00")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone such as Asia/Shanghai") from None
        return value


def load_settings(**given: Any) -> Settings:
    """Returns the settings, `given` values first; raises SettingsError for the first one that cannot be used."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(name, str(first["msg"]).removeprefix("Value error, ")) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("gridwall.toml", f"is not TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(".env or gridwall.toml", f"cannot be read: {error}") from None


def clock_from(settings: Settings) -> Clock:
    """Returns the city's clock: real time unless a start or a speed is set."""
    if settings.clock is None and settings.clock_speed == 1.0:
        return RealClock()
    anchor = settings.clock_anchor
    real = RealClock().now() if anchor is None else anchor
    start = settings.clock.timestamp() if settings.clock is not None else real
    return CityClock(start, settings.clock_speed, real)


def describe() -> str:
    """Returns a table of all settings as text, one line each."""
    lines = []
    for name, field in Settings.model_fields.items():
        default = "none" if field.default is None else field.default
        lines.append(f"{PREFIX}{name.upper():<16} {field.description} (default {default})")
    return "\n".join(lines)
