"""The tiles: byte for byte those of the vectors, of a small log and of one of 70,000 lines."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import receipt_vectors as vectors
from yanlu.errors import AlteredError, LogError, TruncatedError
from yanlu.receipts.merkle import tree_of
from yanlu.receipts.tiles import ENTRIES, Tile, read_bundle, served, tile_files, tiles_of


def test_a_small_log_with_its_history_is_written_as_in_the_vectors() -> None:
    entries = vectors.entries()
    written = dict(tile_files(tree_of(entries), entries, vectors.SIZES))
    folder = vectors.FOLDER / "log"
    held = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "tile").rglob("*")
        if path.is_file()
    }
    assert written == held


def test_seventy_thousand_entries_make_the_551_files_of_the_manifest() -> None:
    told = vectors.load("big/tree.json")
    entries = [b"entry %d" % number for number in range(told["size"])]
    tree = tree_of(entries)
    sums = "".join(
        f"{sha256(content).hexdigest()}  {path}\n"
        for path, content in tile_files(tree, entries, [len(entries)])
    )
    manifest = vectors.read("big/manifest.sha256").decode()
    assert len(manifest.splitlines()) == told["files"] == 551
    assert sorted(sums.splitlines()) == sorted(manifest.splitlines())
    assert tree.root(70000).hex() == told["root"]
    for size, root in told["roots"].items():
        assert tree.root(int(size)).hex() == root


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 273, 112), "tile/1/273.p/112"),
        (Tile(ENTRIES, 1000), "tile/entries/x001/000"),
        (Tile(2, 1234067), "tile/2/x001/x234/067"),
        (Tile(0, 1234067, 8), "tile/0/x001/x234/067.p/8"),
    ],
)
def test_paths_are_spelled_in_threes_of_digits(tile: Tile, path: str) -> None:
    assert tile.path == path


@given(st.integers(1, 200_000), st.lists(st.integers(1, 200_000), max_size=5))
def test_older_partial_tiles_stay_until_the_full_one_is_there(newest: int, old: list[int]) -> None:
    sizes = [*(size for size in old if size < newest), newest]
    found = served(sizes)
    assert len(found) == len({tile.path for tile in found})
    assert set(tiles_of(newest)) <= set(found)
    full = {(tile.level, tile.index) for tile in found if tile.width == 256}
    for tile in (tile for size in sizes for tile in tiles_of(size)):
        assert tile in found or (tile.level, tile.index) in full
    assert all(0 < tile.width <= 256 for tile in found)


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=256), st.data())
def test_a_bundle_reads_back_and_any_loss_or_addition_is_told(
    entries: list[bytes], data: st.DataObject
) -> None:
    tile = Tile(ENTRIES, 0, len(entries))
    bundle = tile.bundle(entries)
    assert read_bundle(bundle, tile) == entries
    cut = data.draw(st.integers(0, len(bundle) - 1))
    with pytest.raises(TruncatedError, match="不完整"):
        read_bundle(bundle[:cut], tile)
    with pytest.raises(AlteredError, match="别的内容"):
        read_bundle(bundle + b"\0", tile)


def test_an_entry_that_no_bundle_can_hold_is_refused() -> None:
    entries = [b"x" * 65536]
    with pytest.raises(LogError, match="65535"):
        dict(tile_files(tree_of(entries), entries, [1]))
