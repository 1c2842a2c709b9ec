"""Merkle trees against the published test data of Certificate Transparency, and against the definition itself."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.certificates.merkle import (
    EMPTY_ROOT,
    append,
    consistency_spans,
    cover,
    fold,
    hashes_of,
    includes,
    inclusion_spans,
    is_consistent,
    leaf_hash,
    node_hash,
)

# The eight inputs, roots and proofs of the reference implementation (merkle_tree_test.cc).
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
GROWTHS = {
    (1, 1): [],
    (1, 8): PATHS[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition, word for word: MTH of RFC 6962."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\1" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(m: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962."""
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], False), naive_root(leaves[:k])]


class Grown:
    """A tree that was grown by chunks, as the log is."""

    def __init__(self, leaves: list[bytes], chunks: list[int] | None = None) -> None:
        self.stored: dict[tuple[int, int], bytes] = {}
        self.size = 0
        self.root = EMPTY_ROOT
        rest = [leaf_hash(leaf) for leaf in leaves]
        for chunk in [*(chunks or []), len(rest)]:
            new, rest = rest[:chunk], rest[chunk:]
            peaks = [self.stored[node] for node in cover((0, self.size))]
            self.root, made = append(self.size, peaks, new)
            assert not self.stored.keys() & made.keys()
            self.stored |= made | {(0, self.size + number): leaf for number, leaf in enumerate(new)}
            self.size += len(new)


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_data(size: int) -> None:
    assert Grown(INPUTS[:size]).root.hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert fold([]) == EMPTY_ROOT == naive_root([])
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("place", "path"), PATHS.items(), ids=str)
def test_inclusion_proofs_are_those_of_the_published_data(place: tuple[int, int], path: list[str]) -> None:
    position, size = place
    tree = Grown(INPUTS)
    found = hashes_of(inclusion_spans(position, size), tree.stored)
    assert [each.hex() for each in found] == path
    assert includes(leaf_hash(INPUTS[position]), position, size, found, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("sizes", "path"), GROWTHS.items(), ids=str)
def test_consistency_proofs_are_those_of_the_published_data(sizes: tuple[int, int], path: list[str]) -> None:
    first, second = sizes
    found = hashes_of(consistency_spans(first, second), Grown(INPUTS).stored)
    assert [each.hex() for each in found] == path
    roots = bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1])
    assert is_consistent(first, roots[0], second, roots[1], found)


trees = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


@given(trees, st.lists(st.integers(0, 20), max_size=6))
def test_a_tree_grown_by_chunks_has_the_root_of_the_definition(
    leaves: list[bytes], chunks: list[int]
) -> None:
    assert Grown(leaves, chunks).root == naive_root(leaves)


@given(trees, st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_hold(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    position = data.draw(st.integers(0, size - 1))
    path = hashes_of(inclusion_spans(position, size), Grown(leaves).stored)
    assert path == naive_path(position, leaves[:size])
    root, leaf = naive_root(leaves[:size]), leaf_hash(leaves[position])
    assert includes(leaf, position, size, path, root)
    # Another leaf, another place, another size, another root, a longer, a shorter and a changed path prove nothing.
    assert not includes(leaf_hash(b"another"), position, size, path, root)
    assert not includes(leaf, position, size, path, node_hash(root, root))
    assert not includes(leaf, size, size, path, root)
    assert not includes(leaf, -1, size, path, root)
    assert not includes(leaf, position, size, [*path, root], root)
    for number in range(len(path)):
        assert not includes(leaf, position, size, path[:number] + path[number + 1 :], root)
        changed = [*path[:number], bytes(32), *path[number + 1 :]]
        assert not includes(leaf, position, size, changed, root)


@given(trees, st.data())
def test_consistency_proofs_are_those_of_the_definition_and_hold(
    leaves: list[bytes], data: st.DataObject
) -> None:
    second = data.draw(st.integers(1, len(leaves)))
    first = data.draw(st.integers(1, second))
    path = hashes_of(consistency_spans(first, second), Grown(leaves).stored)
    assert path == naive_proof(first, leaves[:second])
    old, new = naive_root(leaves[:first]), naive_root(leaves[:second])
    assert is_consistent(first, old, second, new, path)
    assert not is_consistent(first, bytes(32), second, new, path)
    assert not is_consistent(first, old, second, bytes(32), path)
    assert not is_consistent(first, old, second, new, [*path, bytes(32)])
    assert first == second or not is_consistent(second, new, first, old, path)
    for number in range(len(path)):
        assert not is_consistent(first, old, second, new, path[:number] + path[number + 1 :])
        changed = [*path[:number], bytes(32), *path[number + 1 :]]
        assert not is_consistent(first, old, second, new, changed)


def test_the_empty_tree_is_the_beginning_of_every_other() -> None:
    root = naive_root(INPUTS)
    assert is_consistent(0, EMPTY_ROOT, 8, root, [])
    assert not is_consistent(0, root, 8, root, [])
    assert consistency_spans(0, 8) == []


def test_a_proof_for_a_million_entries_needs_a_few_nodes() -> None:
    size = 1_000_003
    for position in (0, 1, 777_777, size - 1):
        nodes = {node for span in inclusion_spans(position, size) for node in cover(span)}
        assert len(nodes) <= 40
    for first in (1, 3, 524_288, 999_999):
        assert len({node for span in consistency_spans(first, size) for node in cover(span)}) <= 40


@pytest.mark.parametrize(("position", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_what_is_not_there(position: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion_spans(position, size)
    with pytest.raises(ValueError, match="larger"):
        consistency_spans(4, 3)
