"""What was published, as the public log has it: the page, the served log, the register of sites."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from conftest import ROOT, commit_all, run_yanlu, snapshot
from doubles.sealed import chance
from yanlu.cli.check import check_portal
from yanlu.errors import BuildError
from yanlu.receipts.fetch import reader
from yanlu.receipts.lines import SiteLine
from yanlu.receipts.log import read_log
from yanlu.receipts.office import log_key, log_signer
from yanlu.receipts.releases import add_pending
from yanlu.receipts.sealing import Order, seal
from yanlu.receipts.verify import verify
from yanlu.settings import Portal, open_portal
from yanlu.website.published import (
    published,
    published_faults,
    published_files,
    refuse_broken_log,
    write_log,
)

DAY = date(2026, 11, 30)


@pytest.fixture
def released(portal: Portal) -> Portal:
    """A portal with the reference office's releases, none of them in a log yet."""
    shutil.copytree(ROOT / "data" / "statistics", portal.data / "statistics")
    return portal


def _seal(portal: Portal, day: date = DAY) -> None:
    signer, journal = log_signer(portal)
    seal(portal.data, signer, Order(day, 24, published(portal.data)), chance(day.day), journal)


def _page(portal: Portal) -> str:
    [(place, text)] = published_files(portal, ROOT / "theme" / "pages", archived=True)
    assert place == "data/published/index.md"
    return text


def test_what_is_published_waits_until_it_is_sealed(released: Portal) -> None:
    page = _page(released)
    assert "还没有封存过" in page
    assert page.count("等待封存") == 6
    _seal(released)
    add_pending(released.data, SiteLine("a" * 64, "b" * 64))
    page = _page(released)
    root = read_log(released.data).tree.root(32).hex()
    assert f"`{root}`" in page
    assert "2026年11月30日" in page
    sheet = page[page.index('<section class="sheet"') : page.index("</section>")]
    assert " ".join(re.findall("....", root)) in sheet
    assert f"<dd>{log_key(released).name}</dd>" in sheet
    assert log_key(released).id.hex() in sheet
    assert "<dd>32</dd>" in sheet
    assert "| 2 | 2026-11-30 | – |" in page
    assert f"| – | 等待封存 | `{'a' * 64}` | `{'b' * 64}` |" in page
    assert page.count("等待封存") == 1
    for number in range(40):
        add_pending(released.data, SiteLine(f"{number:064}", "b" * 64))
    page = _page(released)
    assert page.count("等待封存") == 30
    assert f"{39:064}" in page
    assert "a" * 64 not in page
    assert "只列最近的30版" in page


def test_every_package_has_its_hash_and_the_order_of_its_date(released: Portal) -> None:
    lines = published(released.data)
    assert [line.name for line in lines] == [f"statistics-2015-0{n}" for n in range(1, 7)]
    descriptor = released.data / "statistics/2015-01/v1/datapackage.json"
    assert lines[0].digest == sha256(descriptor.read_bytes()).hexdigest()
    assert lines[0].size == descriptor.stat().st_size


def test_the_served_log_is_made_from_the_text_alone_and_always_the_same(
    released: Portal, tmp_path: Path
) -> None:
    write_log(released, tmp_path / "none")
    assert not (tmp_path / "none").exists()
    _seal(released)
    for name in ("one", "two"):
        write_log(released, tmp_path / name)
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")
    read = reader(str(tmp_path / "one" / "log"))
    assert verify(read, log_key(released)).checkpoint.size == 32


def test_a_sealed_package_that_says_something_else_is_refused(released: Portal) -> None:
    _seal(released)
    assert list(published_faults(released)) == []
    path = released.data / "statistics/2015-03/v1/datapackage.json"
    path.write_bytes(path.read_bytes() + b"\n")
    [fault] = published_faults(released)
    assert fault.startswith("statistics-2015-03 第 1 版")
    with pytest.raises(BuildError, match="公开记录有 1 处问题"):
        refuse_broken_log(released)


def test_check_tells_what_the_log_took_back_of_what_was_published(released: Portal) -> None:
    _seal(released)
    commit_all(released.folder)
    assert check_portal(released).faults == []
    path = released.data / "log" / "entries" / f"{DAY}.txt"
    text = path.read_bytes()
    path.write_bytes(text.replace(b"event/1 0", b"event/1 1").replace(b"event/1 a", b"event/1 b"))
    faults = check_portal(released).faults
    assert any("与公布过的不同" in fault for fault in faults)
    shutil.rmtree(released.data / "log")
    _seal(released, date(2026, 12, 1))
    assert len([fault for fault in check_portal(released).faults if "与公布过的" in fault]) == 2


def test_a_checkpoint_of_another_office_stops_the_check(released: Portal) -> None:
    _seal(released)
    path = released.data / "office.toml"
    text = path.read_text("utf-8").replace("yanlu.shili.example/log+712eb2b3", "x.example/log+1")
    path.write_text(text, "utf-8")
    assert any(
        "receipts.log_key" in one for one in check_portal(open_portal(released.folder)).faults
    )


def test_the_reference_site_shows_its_log_and_leaves_it_out_of_its_sums(
    reference: Path, site: Path
) -> None:
    portal = open_portal(reference)
    size = read_log(portal.data).size
    read = reader(str(site / "log"))
    assert verify(read, log_key(portal)).checkpoint.size == size > 0
    sums = (site / "SHA256SUMS").read_text("utf-8")
    assert "  log/" not in sums
    assert "  source.tar\n" in sums
    archived = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD"], cwd=reference, capture_output=True, check=True
    )
    assert (site / "source.tar").read_bytes() == archived.stdout


def test_a_site_is_registered_once_and_only_whole(reference: Path, tmp_path: Path) -> None:
    folder = tmp_path / "office"
    shutil.copytree(reference / "data", folder / "data")
    shutil.copytree(reference / "public", folder / "public")
    done = run_yanlu(folder, "receipts", "register")
    assert done.returncode == 0, done.stderr
    [line] = (folder / "data/log/pending.txt").read_text("ascii").splitlines()
    for name in ("SHA256SUMS", "source.tar"):
        digest = sha256((folder / "public" / name).read_bytes()).hexdigest()
        assert f"{name}:sha256:{digest}" in line
    assert "已经登记过" in run_yanlu(folder, "receipts", "register").stdout
    (folder / "public" / "index.html").write_text("changed", "utf-8")
    done = run_yanlu(folder, "receipts", "register", "public")
    assert done.returncode == 10
    assert "public/index.html 与 SHA256SUMS 不符" in done.stderr
    (folder / "public" / "index.html").unlink()
    assert "缺少文件" in run_yanlu(folder, "receipts", "register", "public").stderr
