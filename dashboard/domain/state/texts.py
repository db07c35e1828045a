"""What workers write when they report or have handled a case: hashes of each grid's newest texts, to see repetition."""

from __future__ import annotations

from collections import deque

from xxhash import xxh3_64_intdigest

KEPT_TEXTS = 60  # per grid


class Texts:
    """The newest texts of each grid; the texts themselves stay in the log.

    Attributes:
        by_grid: (hash, case that it was written about) of at most KEPT_TEXTS texts, oldest first, by grid index.
    """

    def __init__(self, grid_count: int) -> None:
        self.by_grid: list[deque[tuple[int, str]]] = [deque(maxlen=KEPT_TEXTS) for _ in range(grid_count)]

    def note(self, grid: int, text: str, case: str) -> None:
        """Takes in what a grid's worker wrote about a case; letter case and white space make no difference."""
        self.by_grid[grid].append((xxh3_64_intdigest(" ".join(text.lower().split()).encode()) >> 1, case))

    def dump(self) -> list[list[tuple[int, str]]]:
        """Returns a frozen copy."""
        return [list(texts) for texts in self.by_grid]

    @classmethod
    def load(cls, dumped: list[list[tuple[int, str]]]) -> Texts:
        """Returns what `dump` described."""
        texts = cls(len(dumped))
        for grid, known in enumerate(dumped):
            texts.by_grid[grid].extend((text, case) for text, case in known)
        return texts
