"""The observer's check: every way to tamper with a served log is told apart from the others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import snapshot
from doubles import receipt_vectors as vectors
from doubles.sealed import EVENTS, FIRST, SIGNER, chance, package, sealed_days, served_log
from yanlu.errors import (
    AlteredError,
    ForkError,
    LogError,
    ReplayedError,
    RuleError,
    SignatureError,
    SwappedError,
    TruncatedError,
    UnreachableError,
)
from yanlu.receipts.checkpoints import Checkpoint
from yanlu.receipts.fetch import reader
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.log import read_log
from yanlu.receipts.merkle import tree_of
from yanlu.receipts.notes import Signer
from yanlu.receipts.policies import Policy
from yanlu.receipts.releases import add_pending
from yanlu.receipts.sealing import Order, seal
from yanlu.receipts.serving import listed, site_files
from yanlu.receipts.tiles import tile_files
from yanlu.receipts.verify import Read, named_policy, verify

KEY = SIGNER.key
BIG = 90  # days, of which two tiles are full


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    sealed_days(folder, [0, 1, 30, BIG], packages=[package("a", "1")])
    return folder


@pytest.fixture(scope="module")
def files(data: Path) -> dict[str, bytes]:
    return dict(site_files(read_log(data), Policy([KEY])))


@pytest.fixture
def log(files: dict[str, bytes], tmp_path: Path) -> Path:
    for place, content in files.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(content)
    return tmp_path


def test_an_honest_log_passes_with_every_old_checkpoint(log: Path) -> None:
    read = reader(str(log))
    assert named_policy(read) == Policy([KEY])
    for old in [None, *(path.read_bytes() for path in (log / "history").iterdir())]:
        assert verify(read, KEY, old).checkpoint.size == 3 + EVENTS + BIG * (1 + EVENTS)


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ("tile/0/001", AlteredError),
        ("tile/1/000.p/3", AlteredError),
        ("tile/entries/002", AlteredError),
        ("entries.txt", AlteredError),
    ],
)
def test_an_altered_file_is_named(log: Path, place: str, error: type[LogError]) -> None:
    path = log / place
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(error, match=place):
        verify(reader(str(log)), KEY)


def test_an_altered_line_is_told_by_its_number(log: Path) -> None:
    path = log / "tile/entries/000"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"release/1 a 1 ", b"release/1 a 2 "))
    with pytest.raises(AlteredError, match="第 2 行"):
        verify(reader(str(log)), KEY)


@pytest.mark.parametrize("place", ["tile/0/001", "tile/entries/001", "tile/1/000.p/3"])
@pytest.mark.parametrize("gone", [True, False])
def test_a_file_that_ends_early_or_is_gone_is_truncated(log: Path, place: str, gone: bool) -> None:
    path = log / place
    content = path.read_bytes()
    path.unlink()
    if not gone:
        path.write_bytes(content[:-1])
    with pytest.raises(TruncatedError, match=place):
        verify(reader(str(log)), KEY)


@pytest.mark.parametrize("level", ["0", "entries"])
def test_two_files_that_changed_places_are_swapped(log: Path, level: str) -> None:
    one, other = log / "tile" / level / "000", log / "tile" / level / "002"
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    with pytest.raises(SwappedError, match=f"tile/{level}/000 的内容是另一处"):
        verify(reader(str(log)), KEY)


def test_lines_and_hashes_altered_together_are_not_what_was_signed(log: Path, data: Path) -> None:
    entries = [b"event/1 forged", *read_log(data).entries[1:]]
    for place, content in tile_files(tree_of(entries), entries, [len(entries)]):
        (log / place).write_bytes(content)
    with pytest.raises(AlteredError, match="内容不是签名时的内容"):
        verify(reader(str(log)), KEY)


def test_an_older_log_than_the_one_that_was_seen_is_a_replay(log: Path, tmp_path: Path) -> None:
    young = tmp_path / "young"
    young.mkdir()
    sealed_days(young, [0, 1])
    old = served_log(young, tmp_path / "served")
    with pytest.raises(ReplayedError, match="给您看的是旧的"):
        verify(reader(str(old)), KEY, (log / "checkpoint").read_bytes())
    verify(reader(str(old)), KEY)  # without an old checkpoint nobody can tell


def test_a_log_that_forks_from_the_one_that_was_seen_is_told(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    sealed_days(other, [0, BIG + 1], packages=[package("b", "1")], seed=500)
    forked = served_log(other, tmp_path / "forked")
    with pytest.raises(ForkError, match="两份不一样的记录"):
        verify(reader(str(forked)), KEY, (log / "checkpoint").read_bytes())


def test_a_log_of_another_key_is_refused_even_if_it_names_that_key(tmp_path: Path) -> None:
    mallory = Signer(SIGNER.name, bytes(32))
    data = tmp_path / "data"
    data.mkdir()
    seal(data, mallory, Order(FIRST, EVENTS), chance(1), None)
    for place, content in site_files(read_log(data), Policy([mallory.key])):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(content)
    read = reader(str(tmp_path))
    verify(read, named_policy(read).logs[0])
    with pytest.raises(SignatureError, match=r"没有 log\.example/sealed"):
        verify(read, KEY)


def test_a_kept_checkpoint_that_is_none_is_told_from_the_log(log: Path) -> None:
    for old, error in ((b"", LogError), (vectors.read("log/checkpoint"), SignatureError)):
        with pytest.raises(error, match="您以前存下的检查点不能用"):
            verify(reader(str(log)), KEY, old)


def test_a_checkpoint_that_was_kept_from_before_the_key_was_changed_still_counts(
    tmp_path: Path,
) -> None:
    """The log names its keys itself; a fork is told whichever of them signed it."""
    data, new = tmp_path / "data", Signer(SIGNER.name, b"n" * 32)
    data.mkdir()
    sealed_days(data, [0])
    add_pending(data, KeyLine("log", new.key))
    sealed_days(data, [1])
    kept = str(read_log(data).notes[2 + EVENTS]).encode()
    seal(data, new, Order(FIRST + timedelta(2), EVENTS), chance(9), None)
    read = reader(str(served_log(data, tmp_path / "served")))
    assert verify(read, new.key, kept).checkpoint.size == 5 + 3 * EVENTS
    forged = SIGNER.sign(Checkpoint(SIGNER.name, 2 + EVENTS, bytes(32)).text)
    with pytest.raises(ForkError):
        verify(read, new.key, str(forged).encode())
    stranger = Signer(SIGNER.name, b"x" * 32).sign(Checkpoint(SIGNER.name, 1, bytes(32)).text)
    with pytest.raises(SignatureError, match="您以前存下的检查点不能用"):
        verify(read, new.key, str(stranger).encode())
    with pytest.raises(SignatureError, match="可能换过密钥"):
        verify(read, KEY)


def test_signed_lines_that_break_the_rules_are_told(tmp_path: Path) -> None:
    entries = [b"batch/1 2026-11-23 events:2 public:0", b"hello"]
    tree = tree_of(entries)
    note = SIGNER.sign(Checkpoint(SIGNER.name, 2, tree.root(2)).text)
    files = {"checkpoint": str(note).encode(), "entries.txt": listed(entries)}
    for place, content in [*files.items(), *tile_files(tree, entries, [2])]:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(content)
    with pytest.raises(RuleError, match="不合公开记录的规矩"):
        verify(reader(str(tmp_path)), KEY)


def test_the_vectors_pass_but_for_the_old_form_of_a_site() -> None:
    entries = listed(vectors.entries())

    def read(place: str, most: int) -> bytes:
        return (
            entries if place == "entries.txt" else reader(str(vectors.FOLDER / "log"))(place, most)
        )

    with pytest.raises(RuleError, match="有 1 处不合公开记录的规矩，例如第 41 行"):
        verify(read, vectors.key("log"), vectors.read("log/history/12.checkpoint"))
    with pytest.raises(ForkError):
        verify(read, vectors.key("log"), vectors.read("bad/fork.checkpoint"))


@given(st.integers(0, 10**9), st.sampled_from(["flip", "cut", "add"]))
def test_any_edit_of_any_file_but_history_is_found(
    files: dict[str, bytes], seed: int, how: str
) -> None:
    draw = random.Random(seed)  # noqa: S311
    needed = [one for one in sorted(files) if not one.startswith("history/")]
    names = [
        one for one in needed if ".p/" not in one or int(one.rpartition("/")[2]) in _widths(files)
    ]
    place = draw.choice([one for one in names if one != "policy.txt"])
    content = bytearray(files[place])
    at = draw.randrange(len(content))
    if how == "flip":
        content[at] ^= 1 << draw.randrange(8)
    else:
        content[at:] = [] if how == "cut" else [*content[at:], draw.randrange(256)]
    served = {**files, place: bytes(content)}
    read: Read = lambda path, most: served[path][:most]  # noqa: E731
    with pytest.raises(LogError):
        verify(read, KEY)


def _widths(files: dict[str, bytes]) -> set[int]:
    """The widths of the partial tiles of the newest size."""
    size = int(files["checkpoint"].splitlines()[1])
    return {size % 256, size // 256 % 256}


class _Quiet(SimpleHTTPRequestHandler):
    packing = False

    def end_headers(self) -> None:
        """Say of every file that it was packed, where `packing`."""
        if self.packing:
            self.send_header("Content-Encoding", "gzip")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def served(log: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(log))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_log_is_read_from_its_address(
    log: Path, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(log)
    for address in (served, f"{served}/"):
        assert verify(reader(address), KEY).checkpoint.size > 512
    (log / "tile/0/001").unlink()
    with pytest.raises(TruncatedError, match=r"缺少 tile/0/001"):
        verify(reader(served), KEY)
    monkeypatch.setattr(_Quiet, "packing", True)
    with pytest.raises(UnreachableError, match="压缩过"):
        verify(reader(served), KEY)
    assert len(before) > len(snapshot(log))


@pytest.mark.parametrize(
    "place",
    [
        "no-such-folder", "ftp://log.example/", "http://127.0.0.1:1/log/", "http://示例.example/log",
        "https://127.0.0.1:1/记录/", "http://[::1/log/", "http://", "http://127.0.0.1:99999/",
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_reached_is_no_log_that_was_tampered_with(place: str) -> None:
    with pytest.raises(UnreachableError):
        verify(reader(place), KEY)


def test_every_refusal_has_an_exit_code_of_its_own() -> None:
    kinds: list[type[LogError]] = [
        LogError, SignatureError, TruncatedError, AlteredError, SwappedError, ReplayedError,
        ForkError, RuleError, UnreachableError,
    ]  # fmt: skip
    assert [kind.exit_code for kind in kinds] == list(range(10, 19))
