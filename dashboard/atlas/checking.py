"""What is wrong with an areas file, each thing once, with its feature, what was found and what is wanted."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.atlas.coverage import holes, overlaps
from dashboard.atlas.features import Feature, Features, features_of, water_problem
from dashboard.atlas.folding import folded
from dashboard.atlas.properties import GRID
from dashboard.atlas.shapes import crs_problem, swapped, swapped_for_zone
from dashboard.domain.rules.areas import AreaTree, build_tree
from dashboard.errors import AreasError

_FROM_WHAT_IS_LOST = ("has no grids", "there is no grid", "exactly one area")


class Checked(msgspec.Struct, frozen=True):
    """Problems keep a city from starting; notes are to be looked at."""

    problems: list[str]
    notes: list[str] = []


def checked(collection: dict[str, Any], timezone: str | None = None) -> Checked:
    """Returns in words what is wrong with a collection and where it lies; raises AreasError without features.

    With a time zone, a city that lies in it only with its axes exchanged is a problem.
    """
    features = features_of(collection)
    shaped = [feature for feature in features.found if feature.shape is not None]
    grids = [each for each in shaped if each.record.level == GRID and each.record.until is None]
    gaps, wide = _holes(features, grids)
    about = [crs_problem(collection), water_problem(collection.get("water"))]
    said = [line for line in about if line] + features.problems + _tree(features) + _axes(shaped, timezone)
    return Checked(folded(said + _overlaps(grids) + gaps), folded(wide))


def _axes(shaped: list[Feature], timezone: str | None) -> list[str]:
    """Returns what has its axes exchanged: single features, or else the whole city by its time zone."""
    centres = {feature.label: _centre(feature) for feature in shaped}
    if (lines := swapped(centres)) or not centres or timezone is None:
        return lines
    line = swapped_for_zone(*_middle(centres), timezone)
    return [] if line is None else [line]


def _overlaps(grids: list[Feature]) -> list[str]:
    codes, shapes = [grid.record.code for grid in grids], [grid.shape for grid in grids]
    return overlaps([grid.label for grid in grids], codes, shapes) if len(grids) > 1 else []


def without_grids(tree: AreaTree) -> list[str]:
    """Returns which areas hold no grid."""
    return [f"{area.level} {area.code} has no grids" for area in tree.by_code.values() if area.start == area.stop]


def _holes(features: Features, grids: list[Feature]) -> tuple[list[str], list[str]]:
    """Returns gaps and wide holes; none while a grid cannot be read, since it would be one."""
    if features.problems or len(grids) < 2:
        return [], []
    return holes([grid.record.code for grid in grids], [grid.shape for grid in grids])


def _tree(features: Features) -> list[str]:
    """Returns what keeps the areas from being a tree, without what only follows from features that cannot be read."""
    try:
        problems = without_grids(build_tree(feature.record for feature in features.found))
    except AreasError as error:
        problems = error.problems
    if features.lost:
        follow = (*_FROM_WHAT_IS_LOST, *(f"parent {code}, which is not in the file" for code in features.lost))
        problems = [each for each in problems if not any(words in each for words in follow)]
    labels = {feature.record.code: feature.label for feature in reversed(features.found)}
    return [_labelled(problem, labels) for problem in problems]


def _labelled(problem: str, labels: dict[str, str]) -> str:
    """Returns a problem of the tree behind the feature that it begins with, as in `area g1 names …`."""
    words = problem.split(" ")
    codes = (" ".join(words[1:stop]) for stop in range(len(words), 1, -1))
    label = next((labels[code] for code in codes if code in labels), None)
    return problem if label is None else f"{label}: {problem}"


def _centre(feature: Feature) -> tuple[float, float]:
    west, south, east, north = feature.shape.bounds
    return (west + east) / 2, (south + north) / 2


def _middle(centres: dict[str, tuple[float, float]]) -> tuple[float, float]:
    """Returns the middle of all centres."""
    count = len(centres)
    return sum(x for x, _ in centres.values()) / count, sum(y for _, y in centres.values()) / count
