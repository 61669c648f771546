"""`yanlu federation collect` and `yanlu check`, as staff run them: what they say, how they end."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import snapshot
from doubles.lower import Lower, package, put
from doubles.lower_host import Host, answers
from yanlu.cli.main import yanlu
from yanlu.federation import collecting
from yanlu.federation.standing import collected_faults
from yanlu.intake.guard import refusals
from yanlu.packages.check import is_known
from yanlu.settings import Portal, open_portal
from yanlu.worktree import Brought, Coming

EAST = Lower("east", [(package("east", "2026-09"),), (package("east", "2026-10"),)])
WEST = Lower("west", [(package("west", "2026-10"),)])
COPY = "collected/east/statistics/2026-10/v1"


def _list(city: Portal, address: str, offices: Sequence[Lower]) -> None:
    (city.data / "sources.toml").write_text(
        "".join(
            f'[[source]]\nid = "{one.name}"\nname = "{one.name}信访局"\nregion = "{one.name}"\n'
            f'address = "{address}{one.name}/"\nlog_key = "{one.signer.key.vkey}"\n'
            for one in offices
        ),
        "utf-8",
    )


def _collect(city: Portal, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(city.folder)
    return CliRunner().invoke(yanlu, ["federation", "collect"])


@pytest.fixture
def collected(
    city: Portal, host: Host, served: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Portal, Result]:
    """The city with both offices collected, one of which had a correction later."""
    for lower in (EAST, WEST):
        lower.serve(served / lower.name)
    _list(city, host.address, [EAST, WEST])
    return city, _collect(city, monkeypatch)


def test_the_command_says_what_came_of_each_office(
    collected: tuple[Portal, Result], host: Host, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, first = collected
    assert first.exit_code == 0
    assert "收下：\n  · east信访局（east）：2026年9月、2026年10月\n" in first.output
    assert "共 2 个单位：2 个有新的" in first.output
    again = _collect(city, monkeypatch)
    assert again.exit_code == 0
    assert "共 2 个单位：2 个没有新的" in again.output
    EAST.later(package("east", "2026-09", 2)).serve(served / "east")
    host.tricks["west/log/checkpoint"] = answers(503)
    third = _collect(city, monkeypatch)
    assert third.exit_code == 1
    assert "east信访局（east）：2026年9月（更正，第2版，补录）" in third.output
    assert "连不上：\n  · west信访局（west）：log/checkpoint：服务器答复 503" in third.output
    assert list(collected_faults(city)) == []


def test_without_lower_offices_the_command_says_where_to_write_them(
    city: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = _collect(city, monkeypatch)
    assert "data/sources.toml 里还没有下级单位" in str(done.exception)
    assert not (city.data / "collected").exists()


def test_killed_in_the_midst_it_leaves_whole_packages_and_goes_on_from_there(
    city: Portal, host: Host, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    EAST.serve(served / "east")
    _list(city, host.address, [EAST])
    program = [str(Path(sys.executable).with_name("yanlu")), "federation", "collect"]
    host.tricks["2026-10/v1/cube.csv"] = lambda _: running.kill()
    running = subprocess.Popen(program, cwd=city.folder)
    assert running.wait(60) == -signal.SIGKILL
    assert len(snapshot(city.data / "collected")) == 3 + 1 + 6
    assert list(collected_faults(city)) == []
    host.tricks.clear()
    assert "east信访局（east）：2026年10月\n" in _collect(city, monkeypatch).output
    assert len(snapshot(city.data / "collected")) == 3 + 1 + 12


def test_every_collected_file_is_of_a_known_kind_and_passes_the_guard(
    collected: tuple[Portal, Result],
) -> None:
    city, _ = collected
    files = snapshot(city.data / "collected")
    assert len(files) == 2 * 4 + 3 * 6
    for name in files:
        assert is_known(f"collected/{name}")
    brought = [Brought(f"data/collected/{name}", one, b"", "100644") for name, one in files.items()]
    assert list(refusals(Coming(brought), city)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (f"{COPY}/cube.csv", b"east-1,", b"east-2,", "cube.csv 与发布时的校验值不符"),
        (f"{COPY}/datapackage.json", b"2026-10", b"2026-11", "与公开记录里登记的不同"),
        ("collected/east/statistics/releases.csv", b"2026-10,1,", b"2026-10,2,", "没有这一版"),
        ("collected/east/statistics/releases.csv", b",5\n", b",6\n", "里写的不同"),
        ("collected/east/log.csv", b"statistics-2026-10", b"statistics-2026-11", "log.csv 改过"),
        ("collected/east/log.csv", b"index", b"x", "data/collected/east/ 的 state.toml"),
        ("collected/east/checkpoint", b"east.example", b"east.elsewhere", "checkpoint：与 log_key"),
        ("collected/east/state.toml", b'frontier = [\n  "', b'frontier = [\n  "0', "改过，或者"),
        ("codes/topics.csv", b"\nroads,", b"\nstreets,", "“roads”在 2026-09 没有对应我们的主题"),
        ("sources.toml", b'id = "east"', b'id = "eastern"', "east：data/sources.toml 里没有这个"),
        ("sources.toml", b'region = "east"', b'region = "west"', "east：地区与 west 的重叠"),
        ("sources.toml", b"log_key", b"key", "key：不认识这一项"),
    ],
)
def test_check_names_a_collected_file_that_was_changed(
    collected: tuple[Portal, Result], name: str, old: bytes, new: bytes, said: str
) -> None:
    city, _ = collected
    content = (city.data / name).read_bytes()
    assert old in content
    put(city.data / name, content.replace(old, new, 1))
    told = list(collected_faults(open_portal(city.folder)))
    assert any(said in fault for fault in told), told


def test_check_tells_copies_that_were_altered_from_settings_of_ours_that_were(
    collected: tuple[Portal, Result],
) -> None:
    city, _ = collected
    office, topics = city.data / "office.toml", city.data / "codes" / "topics.csv"
    office.write_text(office.read_text("utf-8").replace("base = 5 ", "base = 3 "), "utf-8")
    (said,) = collected_faults(open_portal(city.folder))
    assert "[disclosure] base 现在是 3，收下的 3 个数据包用的是 5：它们没有坏" in said
    topics.write_text(topics.read_text("utf-8").replace("\nroads,", "\nstreets,"), "utf-8")
    _, *others = collected_faults(open_portal(city.folder))
    assert len(others) == 3
    for one in others:
        assert "它与登记的一字不差，没有坏：请看 data/codes/" in one
        assert "从 git 里恢复" not in one


def test_a_copy_that_was_sealed_before_its_month_ended_is_named_and_gone_once_it_is_deleted(
    collected: tuple[Portal, Result], served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, _ = collected
    folder = city.data / "collected" / "west"
    shutil.rmtree(folder)
    early = replace(WEST, first=date(2026, 10, 31))
    early.serve(served / "west")
    with monkeypatch.context() as lax:
        lax.setattr(collecting, "refuse_early", lambda *_: None)
        _collect(city, monkeypatch)
    (said,) = collected_faults(city)
    assert "west/statistics/2026-10/v1：2026年10月到2026-10-31才过完" in said
    assert "请删去它，再运行 yanlu federation collect" in said
    shutil.rmtree(folder / "statistics" / "2026-10")
    assert "到2026-10-31才过完" in _collect(city, monkeypatch).output
    assert list(collected_faults(city)) == []


def test_check_names_packages_that_are_gone_and_those_that_nobody_listed(
    collected: tuple[Portal, Result],
) -> None:
    city, _ = collected
    (city.data / COPY / "topics.csv").unlink()
    put(city.data / "collected/west/statistics/2026-11/v1/cube.csv", b"x")
    missing, unlisted = collected_faults(city)
    assert "data/collected/east/statistics/2026-10/v1：缺少文件" in missing
    assert "west/statistics/2026-11/v1：不在 releases.csv 里" in unlisted
