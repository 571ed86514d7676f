"""The tiles against the words of C2SP tlog-tiles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.audit import merkle, tiles
from deliberation.audit.tiles import ENTRIES, Edge, Malformed, Tile

LEAVES = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 1_234_067), "tile/1/x001/x234/067"),
        (Tile(2, 5, 17), "tile/2/005.p/17"),
        (Tile(ENTRIES, 1_234_067, 255), "tile/entries/x001/x234/067.p/255"),
        (Tile(63, 0, 1), "tile/63/000.p/1"),
    ],
)
def test_paths_are_spelled_as_the_text_says(tile, path):
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@given(st.integers(-1, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_every_path_reads_back(level, index, width):
    tile = Tile(level, index, width)
    assert tiles.parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/x/000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../0/000",
        "tile/entries",
        "tile/Entries/000",
        "tile/0/000\n",
        "tile/0/٠٠٠",
        "tile/0/000.p/999",
        "checkpoint",
    ],
)
def test_no_file_has_a_second_name(path):
    with pytest.raises(Malformed):
        tiles.parse_path(path)


def test_the_tree_of_70000_in_the_text():
    """On level 0 273 full tiles and one of 112, on level 1 a full one and one of 17, on level 2 one of 1."""
    found = [tile for tile in tiles.tiles_of(70_000) if tile.level != ENTRIES]
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert sum(tile.level == 0 and tile.width == 256 for tile in found) == 273
    assert sum(tile.level == 1 and tile.width == 256 for tile in found) == 1
    assert list(tiles.tiles_of(256)) == [Tile(ENTRIES, 0), Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_of(0)) == []


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 1000, 65_536, 65_792, 70_000])
def test_what_is_unfinished_is_what_is_not_full(size):
    assert tiles.unfinished(size) == [tile for tile in tiles.tiles_of(size) if tile.width < 256]


def _grown(steps: list[int]) -> tuple[Edge, dict[Tile, bytes]]:
    edge, files = Edge(), {}
    for step in steps:
        files.update(edge.extend(LEAVES[edge.size : edge.size + step]))
    files.update(edge.partials())
    return edge, files


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 65_792, 70_000])
def test_the_edge_makes_exactly_the_tiles_of_the_definition(size):
    edge, files = _grown([size])
    assert set(files) == {tile for tile in tiles.tiles_of(size) if tile.level != ENTRIES}
    rows = merkle.levels(LEAVES[:size])
    for tile, data in files.items():
        row = rows[8 * tile.level][tile.index * 256 : tile.index * 256 + tile.width]
        assert data == b"".join(row)
    assert edge.root() == merkle.root(LEAVES[:size])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=12))
def test_it_does_not_matter_in_which_steps_a_tree_grows(steps):
    edge, files = _grown(steps)
    whole, at_once = _grown([sum(steps)])
    assert files == at_once
    assert edge.root() == whole.root() == merkle.root(LEAVES[: sum(steps)])
    assert edge.size == sum(steps)
    assert edge.tail == LEAVES[(edge.size - 1) // 256 * 256 : edge.size]


def test_a_copy_grows_by_itself():
    edge, _ = _grown([300])
    twin = edge.copy()
    list(twin.extend(LEAVES[300:900]))
    assert edge.root() == merkle.root(LEAVES[:300])
    assert twin.root() == merkle.root(LEAVES[:900])


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700, 65_600])
def test_proofs_are_read_from_tiles(size):
    _, files = _grown([size])
    nodes = tiles.nodes(files.__getitem__, size)
    root = merkle.root(LEAVES[:size])
    for index in {0, 1, 254, 255, 256, size // 2, size - 1} & set(range(size)):
        assert merkle.verify_inclusion(LEAVES[index], index, size, merkle.inclusion_proof(index, size, nodes), root)
    for old in {1, 2, 255, 256, 257, size // 3, size - 1, size} & set(range(1, size + 1)):
        proof = merkle.consistency_proof(old, size, nodes)
        assert merkle.verify_consistency((old, merkle.root(LEAVES[:old])), (size, root), proof)


def test_a_tile_that_is_too_short_is_no_tile():
    _, files = _grown([300])
    files[Tile(0, 1, 44)] = files[Tile(0, 1, 44)][:64]
    with pytest.raises(Malformed):
        tiles.nodes(files.__getitem__, 300)(3, 36)
    with pytest.raises(Malformed):
        tiles.split(b"x" * 33)


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_bundles_read_back(entries):
    assert tiles.unbundle(tiles.bundle(entries)) == entries


def test_a_bundle_holds_entries_up_to_their_length_field():
    longest = b"x" * 65_535
    assert tiles.unbundle(tiles.bundle([longest])) == [longest]
    assert tiles.bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    with pytest.raises(Malformed):
        tiles.bundle([longest + b"x"])


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x01ab"])
def test_a_bundle_that_ends_too_early_is_refused(data):
    with pytest.raises(Malformed):
        tiles.unbundle(data)


def test_widths_before_and_after_a_tile_is_there():
    assert [tiles.width_of(0, 1, size) for size in (255, 256, 257, 512, 900)] == [0, 0, 1, 256, 256]
