"""Smooth curves through given points, open or closed: cubic pieces whose slope and bend pass over without a break."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def lengths(points: Floats) -> Floats:
    """Returns how far along the line through `points` [n, 2] each of them lies, from 0."""
    return np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve through points.

    Attributes:
        at: float64 [n], where on the line each point lies, ascending.
        points: float64 [n, 2].
        slopes: float64 [n, 2], how fast the curve moves at each point.
    """

    at: Floats
    points: Floats
    slopes: Floats

    def positions(self, where: Floats) -> Floats:
        """Returns the places [m, 2] of the curve at `where` [m]."""
        piece, width, share = self._pieces(where)
        low, high = self.points[piece], self.points[piece + 1]
        bend = share**2 * (3 - 2 * share)
        rise = width * share * (1 - share)
        pull = (1 - share) * self.slopes[piece] - share * self.slopes[piece + 1]
        result: Floats = low + bend * (high - low) + rise * pull
        return result

    def tangents(self, where: Floats) -> Floats:
        """Returns the slopes [m, 2] of the curve at `where` [m]."""
        piece, width, share = self._pieces(where)
        secant = (self.points[piece + 1] - self.points[piece]) / width
        low = (1 - share) * (1 - 3 * share) * self.slopes[piece]
        high = share * (3 * share - 2) * self.slopes[piece + 1]
        result: Floats = 6 * share * (1 - share) * secant + low + high
        return result

    def _pieces(self, where: Floats) -> tuple[npt.NDArray[np.intp], Floats, Floats]:
        """Returns which piece each place lies on, how wide that is [m, 1], and how far along it the place is."""
        piece = np.clip(np.searchsorted(self.at, where, side="right") - 1, 0, len(self.at) - 2)
        width = np.diff(self.at)[piece]
        return piece, width[:, None], ((where - self.at[piece]) / width)[:, None]


def open_curve(points: Floats, at: Floats) -> Curve:
    """Returns the curve through at least four points [n, 2] that is at each of them at `at` [n], which ascends.

    At each end the first two pieces are one cubic.
    """
    width, secant = np.diff(at), np.diff(points, axis=0) / np.diff(at)[:, None]
    system, wanted = _inner(width, secant, len(points))
    system[0, :2], wanted[0] = _end(width[:2], secant[:2])
    system[-1, :-3:-1], wanted[-1] = _end(width[:-3:-1], secant[:-3:-1])
    return Curve(at, points, np.asarray(np.linalg.solve(system, wanted), np.float64))


def closed_curve(points: Floats) -> Curve:
    """Returns the curve through points [n, 2] and back to the first one, as smooth there as anywhere."""
    points = np.vstack((points, points[:1]))
    at = lengths(points)
    width, secant = np.diff(at), np.diff(points, axis=0) / np.diff(at)[:, None]
    system, wanted = _inner(width, secant, len(points))
    before, after = width[-1], width[0]
    system[0, [0, 1, -2]] = 2 * (before + after), before, after
    wanted[0] = 3 * (after * secant[-1] + before * secant[0])
    system[-1, [0, -1]] = 1, -1  # both ends are one point
    return Curve(at, points, np.asarray(np.linalg.solve(system, wanted), np.float64))


def _inner(width: Floats, secant: Floats, count: int) -> tuple[Floats, Floats]:
    """Returns the equations of the slopes at inner points, where the bend has to pass over: [n, n] and [n, 2]."""
    system, wanted = np.zeros((count, count)), np.zeros((count, 2))
    inner = np.arange(1, count - 1)
    before, after = width[:-1], width[1:]
    system[inner, inner - 1], system[inner, inner], system[inner, inner + 1] = after, 2 * (before + after), before
    wanted[1:-1] = 3 * (after[:, None] * secant[:-1] + before[:, None] * secant[1:])
    return system, wanted


def _end(width: Floats, secant: Floats) -> tuple[tuple[float, float], Floats]:
    """Returns the equation of an end: also the change of the bend is the same in the first two pieces."""
    first, second = float(width[0]), float(width[1])
    both = first + second
    wanted: Floats = ((first + 2 * both) * second * secant[0] + first**2 * secant[1]) / both
    return (second, both), wanted
