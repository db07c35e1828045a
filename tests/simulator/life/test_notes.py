"""Notes follow from the case alone."""

from __future__ import annotations

from simulator.life import notes


def test_notes_depend_on_the_case_alone_and_terse_workers_exist() -> None:
    said = [notes.reported(f"C-20261101-{n:06d}", "labour", "420502001001001") for n in range(400)]
    assert said == [notes.reported(f"C-20261101-{n:06d}", "labour", "420502001001001") for n in range(400)]
    written = [text for text in said if text]
    assert 180 < len(written) < 300
    assert len(set(written)) > 0.7 * len(written)
    terse = sum(notes._stock_share(str(code)) > 0.5 for code in range(2000))
    assert 60 < terse < 140
