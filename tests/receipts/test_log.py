"""The log as text: what was written stays, and whatever is wrong with it is told by its row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from doubles import receipt_vectors as vectors
from doubles.sealed import EVENTS, SIGNER, chance, package, sealed_days
from yanlu.errors import LogError
from yanlu.receipts.lines import KeyLine, SiteLine
from yanlu.receipts.log import log_faults, read_log, rewritten
from yanlu.receipts.notes import Witness, joined
from yanlu.receipts.office import log_key
from yanlu.receipts.policies import Policy
from yanlu.receipts.releases import add_pending, read_pending, release_faults, waiting
from yanlu.receipts.rules import Wrong, broken_rules
from yanlu.receipts.serving import site_files
from yanlu.settings import open_portal

FIRST, SECOND = "entries/2026-11-23.txt", "entries/2026-11-24.txt"
ROWS = 3 + EVENTS


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    sealed_days(tmp_path / "data", [0, 1], packages=[package("a", "1")])
    return tmp_path / "data"


def _faults(data: Path) -> list[str]:
    return list(log_faults(read_log(data), SIGNER.key))


def _turned(text: bytes) -> bytes:
    return b"".join(text.splitlines(keepends=True)[::-1])


def _edit(data: Path, place: str, change: Callable[[bytes], bytes]) -> None:
    path = data / "log" / place
    path.write_bytes(change(path.read_bytes()))


def test_a_sealed_log_has_no_faults_and_an_empty_one_neither(data: Path, tmp_path: Path) -> None:
    assert _faults(data) == []
    assert _faults(tmp_path / "nothing") == []
    assert dict(site_files(read_log(tmp_path / "nothing"), Policy([SIGNER.key]))) == {}


@pytest.mark.parametrize(
    ("place", "change", "said"),
    [
        (FIRST, lambda text: text.replace(b"release/1 a", b"note/1 a"), "第 3 行：不是公开记录"),
        (FIRST, lambda text: text.replace(b"release/1 a", b"release/1 b"), "32：与各行重新"),
        (FIRST, lambda text: text.replace(b"key/1 log", "key/1 日".encode()), "不是 ASCII"),
        (FIRST, lambda text: b"".join(text.splitlines(keepends=True)[:-1]), "实际有"),
        (FIRST, lambda text: text.replace(b"public:2", b"public:3"), "第 4 行：公开行的行数"),
        (FIRST, lambda text: text.replace(b"public:2", b"public:1"), "第 3 行：应当是事件行"),
        (FIRST, lambda text: text.replace(b" events", b"  events"), "第 1 行：不是公开记录"),
        (FIRST, lambda text: text.split(b"\n", 1)[1], "第一行应当是一天的开头"),
        (SECOND, lambda text: text.replace(b"events:8", b"events:7"), "每天的事件行数不能变"),
        (SECOND, lambda text: text.replace(b"11-24", b"11-25"), "每天一批，一天不少"),
        (SECOND, lambda text: text.replace(b"11-24", b"11-25"), "应当正好是这一天的一批"),
        (SECOND, lambda text: text[:38] + _turned(text[38:]), "次序"),
        (SECOND, lambda text: text + text, "没有签名"),
        ("checkpoints/11", lambda text: text.replace(b"\n11\n", b"\n12\n"), "11：log.example"),
        ("checkpoints/11", lambda text: text.replace(b" log", b" lag"), "没有登记过的密钥"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_told_with_its_file_and_row(
    data: Path, place: str, change: Callable[[bytes], bytes], said: str
) -> None:
    assert ROWS == 11
    _edit(data, place, change)
    assert said.replace("32：", f"{ROWS}：") in "\n".join(_faults(data))


@pytest.mark.parametrize(
    ("place", "content", "said"),
    [
        ("entries/today.txt", b"x\n", "不是日期"),
        ("entries/2026-11-25.txt", b"no line end", "不完整"),
        ("entries/20261125.txt", b"x\n", "文件名不对"),
        ("checkpoints/007", b"x\n", "文件名应当是行数"),
        ("checkpoints/7", b"x\n", "没有空行"),
    ],
)
def test_files_that_are_none_of_a_log_are_refused(
    data: Path, place: str, content: bytes, said: str
) -> None:
    (data / "log" / place).write_bytes(content)
    with pytest.raises(LogError, match=said):
        read_log(data)


def test_text_that_nobody_signed_is_no_part_of_the_log(data: Path) -> None:
    before = read_log(data).entries
    (data / "log" / "entries" / "2026-11-25.txt").write_bytes(
        b"batch/1 2026-11-25 events:8 public:0\n"
    )
    assert read_log(data).entries == before
    assert "请再运行一次 yanlu receipts seal" in "\n".join(_faults(data))
    sealed_days(data, [2])
    assert _faults(data) == []


def test_a_label_that_comes_twice_is_found_wherever_it_is() -> None:
    line = b"event/1 " + b"a" * 32 + b" " + b"b" * 64
    again = line[:-1] + b"c"
    heads = [b"batch/1 2026-11-%d events:1 public:0" % day for day in (23, 24)]
    assert broken_rules([heads[0], line, heads[1], again]) == [
        Wrong(3, "同一个标签出现了两次：同一件事说了两样")
    ]


def test_the_log_of_the_vectors_keeps_the_rules_but_for_its_old_line_of_a_site() -> None:
    assert [wrong.index for wrong in broken_rules(vectors.entries())] == [41]


@given(st.data())
def test_any_line_lost_or_doubled_breaks_a_rule(choice: st.DataObject) -> None:
    entries = [entry for entry in vectors.entries() if not entry.startswith(b"site/1")]
    entries[entries.index(b"batch/1 2026-11-27 events:8 public:1")] = (
        b"batch/1 2026-11-27 events:8 public:0"
    )
    assert broken_rules(entries) == []
    at = choice.draw(st.integers(0, len(entries) - 1))
    assert broken_rules([*entries[:at], *entries[at + 1 :]])
    assert broken_rules([*entries[: at + 1], *entries[at:]])


def test_published_text_stays_and_a_checkpoint_only_gains_signatures(data: Path) -> None:
    places = [f"data/log/{FIRST}", f"data/log/{SECOND}", f"data/log/checkpoints/{ROWS}"]
    past = [(place, (data.parent / place).read_bytes()) for place in places]
    assert list(rewritten(data, past)) == []
    note = read_log(data).notes[ROWS]
    seen = Witness("w.example/witness", bytes(32)).cosign(note, 1)
    _edit(data, f"checkpoints/{ROWS}", lambda _: str(seen).encode())
    assert list(rewritten(data, past)) == []
    assert _faults(data) == []
    more = [*past, (places[2], str(joined(seen, [])).encode())]
    _edit(data, f"checkpoints/{ROWS}", lambda _: str(note).encode())
    assert [fault.split("：")[0] for fault in rewritten(data, more)] == [places[2]]
    _edit(data, FIRST, lambda text: text[:-1])
    (data / "log" / SECOND).unlink()
    assert [fault.split("：")[0] for fault in rewritten(data, past)] == places[:2]


def test_a_package_that_is_not_as_the_log_has_it_is_told(data: Path) -> None:
    log = read_log(data)
    sealed = package("a", "1")
    assert list(release_faults(log, [sealed])) == []
    assert list(release_faults(log, [sealed, package("a", "2"), package("b", "1")])) == []
    other = type(sealed)("a", "1", "0" * 64, 100)
    assert "登记的不同" in "".join(release_faults(log, [other]))
    sealed_days(data, [2], packages=[sealed, package("a", "2")])
    assert "现在公布的却没有这一版" in "".join(release_faults(read_log(data), [sealed]))


def test_what_waits_is_kept_in_order_and_sealed_once(data: Path) -> None:
    site, key = SiteLine("a" * 64, "b" * 64), KeyLine("intake", vectors.key("intake"))
    assert add_pending(data, site)
    assert add_pending(data, key)
    assert not add_pending(data, site)
    assert read_pending(data) == [site, key]
    left = waiting(read_log(data), [package("a", "1"), package("a", "2")], read_pending(data))
    assert left == [site, key, package("a", "2")]
    sealed_days(data, [2], packages=[package("a", "1"), package("a", "2")])
    assert read_pending(data) == []
    assert waiting(read_log(data), [package("a", "2")], [site]) == []
    for line in (str(package("c", "1")), "site/1"):
        (data / "log" / "pending.txt").write_text(f"{line}\n", "ascii")
        with pytest.raises(LogError, match=r"pending\.txt 第 1 行"):
            read_pending(data)


def test_nothing_but_the_five_kinds_of_lines_is_in_a_log(data: Path) -> None:
    secret = chance(5)(16).hex()
    for entry in read_log(data).written:
        assert entry.split()[0] in (b"batch/1", b"event/1", b"release/1", b"site/1", b"key/1")
        assert secret.encode() not in entry


def test_the_reference_office_has_nothing_but_lines_and_signatures_in_its_log() -> None:
    portal = open_portal(ROOT)
    log = read_log(portal.data)
    assert log.size > 0
    assert list(log_faults(log, log_key(portal))) == []
    held = {
        path.relative_to(portal.data / "log").as_posix() for path in _files(portal.data / "log")
    }
    known = {*(day.place for day in log.days), *(f"checkpoints/{size}" for size in log.notes)}
    assert held - {"pending.txt"} == known
    for note in log.notes.values():
        assert len(note.text.splitlines()) == 3


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
