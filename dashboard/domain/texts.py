"""What workers write when they report or have handled a case: hashes of the newest texts, to see repetition."""

from __future__ import annotations

from collections import Counter, deque

from xxhash import xxh3_64_intdigest

KEPT_TEXTS = 60  # per grid


class Texts:
    """The newest texts of each grid; the texts themselves stay in the log.

    Attributes:
        by_grid: hashes of at most KEPT_TEXTS texts, oldest first, by grid index.
    """

    def __init__(self, grid_count: int) -> None:
        self.by_grid: list[deque[int]] = [deque(maxlen=KEPT_TEXTS) for _ in range(grid_count)]

    def note(self, grid: int, text: str) -> None:
        """Takes in what a grid's worker wrote; case and white space make no difference."""
        self.by_grid[grid].append(xxh3_64_intdigest(" ".join(text.lower().split()).encode()) >> 1)

    def most_repeated(self, grid: int) -> tuple[int, int]:
        """Returns how often the most frequent of the newest texts of a grid occurs, and how many there are."""
        texts = self.by_grid[grid]
        return (Counter(texts).most_common(1)[0][1] if texts else 0), len(texts)

    def dump(self) -> list[list[int]]:
        """Returns a frozen copy."""
        return [list(texts) for texts in self.by_grid]

    @classmethod
    def load(cls, dumped: list[list[int]]) -> Texts:
        """Returns what `dump` described."""
        texts = cls(len(dumped))
        for grid, hashes in enumerate(dumped):
            texts.by_grid[grid].extend(hashes)
        return texts
