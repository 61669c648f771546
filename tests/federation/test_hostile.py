"""What a lower office could serve to stop, fill or fool the one that collects from it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from doubles.lower import Lower, Package, carried, log_files, package, put
from doubles.lower_host import Host, announces, drips_of, stalls_of
from yanlu.cli.collecting import told
from yanlu.errors import FederationError, RuleError, quoted
from yanlu.federation import collecting
from yanlu.federation.collecting import Outcome, collect_all
from yanlu.federation.fetching import Folder, Limits
from yanlu.federation.logs import Bounds, follow
from yanlu.federation.states import State, read_state
from yanlu.model import Month
from yanlu.packages.lower_offices import LowerOffice
from yanlu.packages.read import listed
from yanlu.receipts.checkpoints import Checkpoint
from yanlu.receipts.notes import Signature, Signer, joined
from yanlu.settings import Portal

DAY = date(2026, 12, 10)
OCTOBER = "statistics-2026-10"
GOOD = Lower("east", [(package("east", "2026-09"),), (package("east", "2026-10"),)])
WEST = Lower("west", [(package("west", "2026-10"),)])
UNSEEN = "\u202e\u2066\x1b\x07\x7f\x9b\u200b\n"


def _collected(
    city: Portal, served: Path, *lowers: Lower, host: Host | None = None
) -> list[Outcome]:
    """Served as they are, unless a host serves them with tricks; then little patience is had."""
    for lower in lowers:
        lower.serve(served / lower.name)
    root, limits = (
        (host.address, Limits(silence=0.4, file=0.8)) if host else (f"{served}/", Limits())
    )
    offices = [
        LowerOffice(one.name, one.name, one.name, f"{root}{one.name}/", one.signer.key.vkey)
        for one in lowers
    ]
    return list(collect_all(city, offices, DAY, limits))


def _held(city: Portal, lower: Lower = GOOD) -> list[str]:
    return [str(one.month) for one in listed(city.data / "collected" / lower.name)]


def _written(one: Package, old: str, new: bytes) -> Package:
    """A package of which the descriptor was written so before it was sealed."""
    told = one.files["datapackage.json"]
    assert old.encode() in told
    return replace(one, files={**one.files, "datapackage.json": told.replace(old.encode(), new)})


WIDE = carried("topics").replace(b"\n", b",x" * 50 + b"\n")
CORRECTED = package("east", "2026-10", 2)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (_written(CORRECTED, "late-records", rb"\ud800"), "写不成 UTF-8"),
        (_written(CORRECTED, "late-records", rb"late\udfff\ud83d"), "写不成 UTF-8"),
        (_written(CORRECTED, "只用于测试。", rb"\udc00"), "写不成 UTF-8"),
        (_written(CORRECTED, '"bytes"', rb'"\ud800": 1, "bytes"'), "写不成 UTF-8"),
        (_written(CORRECTED, "late-records", b"\xed\xa0\x80"), "写不成 UTF-8"),
        (package("east", "2026-10", base=10**400), f"舍入基数是 1{'0' * 79}…，"),
        (_written(CORRECTED, '"hash"', b'"bytes": 4000001, "hash"'), "最多可以有 4,000,000 个"),
        (
            package("east", "2026-10", tables={"topics": WIDE}),
            "topics.csv 不是代码表",
        ),
        (package("east", "2026-10", tables={"events": b"\xff"}), "events.csv 不是 UTF-8"),
    ],
)
def test_a_descriptor_or_a_list_written_to_do_harm_is_named_and_all_others_are_taken_in(
    city: Portal, served: Path, bad: Package, said: str
) -> None:
    lower = Lower("east", [(package("east", "2026-09"),), (bad,)])
    outcome, other = _collected(city, served, lower, WEST)
    assert said in outcome.refused[OCTOBER]
    assert (_held(city), _held(city, WEST), other.is_sound) == (["2026-09"], ["2026-10"], True)
    assert read_state(city.data / "collected" / "east").refused == outcome.refused
    assert len(outcome.refused[OCTOBER]) < 250


def test_data_that_nobody_foresaw_are_named_by_the_kind_of_the_error_and_the_others_go_on(
    city: Portal, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: object) -> None:
        raise KeyError

    def none(*_: object) -> Iterator[str]:
        raise OverflowError

    with monkeypatch.context() as faulty:
        faulty.setattr(collecting, "described", unread)
        outcome, other = _collected(city, served, GOOD, WEST)
        assert [*outcome.refused] == ["statistics-2026-09", OCTOBER]
        assert "没有料到的（KeyError）" in other.refused[OCTOBER]
        faulty.setattr(collecting, "follow", none)
        assert "没有料到的（OverflowError）" in _collected(city, served, GOOD)[0].broken
    assert all(one.is_sound for one in _collected(city, served, GOOD, WEST))


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(lines=8), "新添的行超过 8 行"),
        (Bounds(total=500), "新添的行超过 500 个字节"),
        (Bounds(line=104), "第 2 行超过 104 个字节"),
        (Bounds(line=20), "log/tile/entries/000.p/9 有 .* 个字节，应当不超过 198 个"),
        (Bounds(day=3), "有一天超过 3 行（从第 0 行起）"),
        (Bounds(packages=1), "登记的数据包超过 1 个"),
    ],
)
def test_of_a_log_only_so_much_is_read(tmp_path: Path, bounds: Bounds, said: str) -> None:
    source = Folder(GOOD.serve(tmp_path))
    assert len(follow(source, GOOD.signer.key, State()).state.announced) == 2
    with pytest.raises(FederationError, match=said):
        follow(source, GOOD.signer.key, State(), bounds)


def test_a_long_log_is_read_a_day_at_a_time_and_its_labels_are_still_compared(
    tmp_path: Path,
) -> None:
    long = Lower("east", [()] * 200, events=50)
    source, entries = Folder(long.serve(tmp_path)), long.entries()
    tracemalloc.start()
    try:
        assert follow(source, long.signer.key, State()).state.frontier.size == len(entries)
        assert tracemalloc.get_traced_memory()[1] < sum(map(len, entries)) / 2
    finally:
        tracemalloc.stop()
    again = entries[60][:-1] + (b"1" if entries[60].endswith(b"0") else b"0")
    doubled = [*entries[:-50], *sorted([*entries[-49:], again])]
    for place, content in log_files(long.signer, doubled):
        put(tmp_path / place, content)
    with pytest.raises(RuleError, match=rf"有 1 处.*第 {doubled.index(again)} 行：同一个标签"):
        follow(source, long.signer.key, State())


@pytest.mark.parametrize(
    ("trick", "said"),
    [
        (drips_of(900), "还没有发完，断开了"),
        (stalls_of(900), "发到一半就没有动静了"),
        (announces(1500), "应当有 1,500 个字节，发到第 1,000 个就断了"),
    ],
)
def test_a_file_of_a_told_size_that_does_not_come_is_named_and_other_months_are_taken_in(
    city: Portal, host: Host, served: Path, trick: object, said: str
) -> None:
    host.tricks["2026-09/v1/cube.csv"] = trick  # type: ignore[assignment]
    (outcome,) = _collected(city, served, GOOD, host=host)
    assert said in outcome.refused["statistics-2026-09"]
    assert (outcome.down, _held(city)) == ("", ["2026-10"])


def test_names_that_others_chose_are_shown_so_that_they_do_nothing(
    city: Portal, served: Path
) -> None:
    seen = UNSEEN.replace("\n", "").replace("\x1b\x07\x7f", "")  # controls no note may have
    other = Signature(f"a{seen}" * 30, b"1234", b"x")
    size, root = len(GOOD.entries()), b"0" * 32
    wrong = GOOD.signer.sign(Checkpoint(f"b{seen}" * 30, size, root).text)
    unsigned = replace(joined(wrong, [other]), signatures=[other] * 99)
    _collected(city, served, GOOD)
    for note, said in ((wrong, "这是另一份公开记录（b[U+202E]"), (unsigned, "是：a[U+202E]")):
        (served / "east/log/checkpoint").write_bytes(str(note).encode())
        broken = _again(city, served).broken
        assert said in broken
        assert _is_plain(broken)
        assert read_state(city.data / "collected" / "east").refused["log"] == broken


def test_a_key_that_the_log_names_is_shown_so_that_it_does_nothing(
    city: Portal, served: Path
) -> None:
    (outcome,) = _collected(city, served, replace(GOOD, keys=[Signer("k\x1b[2J\x07", b"8" * 32)]))
    assert outcome.is_sound
    assert "k[U+001B][2J[U+0007]+" in outcome.notes[0]
    assert _is_plain(outcome.notes[0])


def _again(city: Portal, served: Path) -> Outcome:
    office = LowerOffice("east", "east", "east", str(served / "east"), GOOD.signer.key.vkey)
    return collect_all(city, [office], DAY, Limits())[0]


def _is_plain(text: str) -> bool:
    return text.isprintable() and len(text) < 500


def test_of_an_office_with_very_many_bad_packages_only_so_many_are_named(city: Portal) -> None:
    office = LowerOffice("east", "东县", "east", "https://east.example/", "")
    refused = {f"statistics-{year}-01": "改过。" for year in range(1970, 2000)}
    lines = [*told([Outcome(office, refused=refused)], Month(2026, 10), city.codes["revisions"])]
    assert sum("改过。" in line for line in lines) == 20
    assert any("一共 30 个，都写在 data/collected/east/state.toml 里" in line for line in lines)


def test_a_quoted_text_is_as_it_was_unless_it_would_do_something_or_fill_the_screen() -> None:
    assert quoted("东县信访局 a.example/log") == "东县信访局 a.example/log"
    assert quoted("\ud800\u2028") == "[U+D800][U+2028]"
    assert quoted("x" * 81) == "x" * 80 + "…"
    assert quoted(5) == "5"
