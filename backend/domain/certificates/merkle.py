"""Merkle trees of Certificate Transparency: hashes, inclusion and consistency proofs, and their checks.

A leaf is hashed behind a zero byte and a node behind a one, so that no node can be shown as a leaf. What is stored
are the nodes of complete subtrees: `(level, index)` covers the leaves index·2^level … (index + 1)·2^level − 1. They
never change while the tree grows; everything else is folded from at most one of them per level.

Source: RFC 6962 section 2.1, RFC 9162 section 2.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = tuple[int, int]
"""Level and index of a complete subtree."""
Span = tuple[int, int]
"""The leaves from the first number up to, and without, the second."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return sha256(b"\1" + left + right).digest()


# -- what is stored ---------------------------------------------------------------------------------


def cover(span: Span) -> list[Node]:
    """The complete subtrees that make up a span, left to right: at most one for each level.

    The span begins where a subtree of the tree begins, as those of proofs and of whole trees do.
    """
    start, end = span
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """The hash of a span whose complete subtrees, left to right, have these hashes."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def append(size: int, peaks: Sequence[bytes], leaves: Sequence[bytes]) -> tuple[bytes, dict[Node, bytes]]:
    """Append hashed leaves to a tree of `size` leaves whose `cover` has the hashes `peaks`.

    Returns the new root and every new complete subtree above the leaves.
    """
    heights = [(level, peak) for (level, _), peak in zip(cover((0, size)), peaks, strict=True)]
    made: dict[Node, bytes] = {}
    for position, leaf in enumerate(leaves, start=size):
        level, right = 0, leaf
        while heights and heights[-1][0] == level:
            right = node_hash(heights.pop()[1], right)
            level += 1
            made[level, position >> level] = right
        heights.append((level, right))
    return fold([peak for _, peak in heights]), made


# -- proofs -----------------------------------------------------------------------------------------


def inclusion_spans(position: int, size: int) -> list[Span]:
    """The spans whose hashes prove that a leaf is in a tree, from the leaf upwards (RFC 6962, 2.1.1)."""
    if not 0 <= position < size:
        raise ValueError("the tree has no such leaf")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if position < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """The spans whose hashes prove that a tree is the beginning of a larger one (RFC 6962, 2.1.2)."""
    if not 0 <= first <= second:
        raise ValueError("the first tree is larger than the second")
    if first in (0, second):
        return []
    spans: list[Span] = []
    start, end, is_whole = 0, second, True
    while first < end:
        middle = start + _half(end - start)
        if first <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append((start, end))
    return spans[::-1]


def hashes_of(spans: Sequence[Span], stored: Mapping[Node, bytes]) -> list[bytes]:
    """A proof: the hash of each span, from the stored nodes that `cover` names."""
    return [fold([stored[node] for node in cover(span)]) for span in spans]


def _half(count: int) -> int:
    """The largest power of two below a count of at least two."""
    return 1 << ((count - 1).bit_length() - 1)


# -- checks -----------------------------------------------------------------------------------------


def includes(leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path proves that the hashed leaf is at this position of the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    index, last, found = position, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(step, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, step)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a path proves that one tree is the beginning of another (RFC 9162, 2.1.4.2)."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    index, last = first - 1, second - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            new = node_hash(new, step)
        index, last = index >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
