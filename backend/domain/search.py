"""How a query is forgiven a typing error."""

from __future__ import annotations

from collections.abc import Sequence

SPOILED = 4
"""Two letters that change places spoil four neighbouring threes, two Chinese characters three pairs."""
SPOILED_OF_FEW = 2
"""What one wrong Chinese character spoils: less is left out of a short query, or nothing of it would be left."""
PIECES_MIN, PIECES_MAX = 3, 40


def without_neighbours(pieces: Sequence[str]) -> list[list[str]]:
    """The pieces of a query without a few that lie side by side, for each place at which a slip may be.

    A query of few pieces says too little to leave anything out of.
    """
    known = list(dict.fromkeys(pieces))[:PIECES_MAX]
    if len(known) < PIECES_MIN:
        return []
    spoiled = SPOILED if len(known) >= SPOILED + 2 else SPOILED_OF_FEW
    return [known[:start] + known[start + spoiled :] for start in range(len(known) - spoiled + 1)]
