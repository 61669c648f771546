"""What differs between two sites and two versions of the numbers, and nothing that does not."""

from __future__ import annotations

import shutil
from pathlib import Path

from conftest import ROOT
from doubles.levels import LATER, MARCH, cell, hold, list_source, office, publish
from yanlu.federation.rolling import prepare, write
from yanlu.settings import Portal, open_portal
from yanlu.website.preview.compared import Compared, File, Kind, Page, Piece, compare
from yanlu.website.preview.copies import Copier
from yanlu.website.preview.numbers import Office, changed_numbers, changed_rollups
from yanlu.website.preview.report import Preview, write_report

PAGE = '<html><title>{0}</title><body>{2}<main id="main"><h1>{0}</h1>{1}</main>{3}</body></html>'
FOOTER = "<footer>生成日期2026-11-{0}，版本 <code>{0}</code>。</footer>"


def _site(folder: Path, **pages: str) -> Path:
    for name, html in pages.items():
        page = folder / name / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(html, "utf-8")
    return folder


def test_pages_are_told_by_their_own_words_and_others_are_counted(tmp_path: Path) -> None:
    before = _site(
        tmp_path / "before",
        same=PAGE.format("同", "<p>一</p>", "", FOOTER.format(1)),
        changed=PAGE.format("改", "<p>一</p><p>二</p><p>三</p>", "", ""),
        menu=PAGE.format("菜单", "<p>一</p>", "<nav>旧</nav>", ""),
        gone=PAGE.format("去", "<p>一</p>", "", ""),
    )
    after = _site(
        tmp_path / "after",
        same=PAGE.format("同", "<p>一</p>", "", FOOTER.format(2)),
        changed=PAGE.format("改", "<p>一</p><p>两</p><p>三</p>", "", ""),
        menu=PAGE.format("菜单", "<p>一</p>", "<nav>新</nav>", ""),
        come=PAGE.format("来", "<p>一</p>", "", ""),
    )
    (before / "data.csv").write_text("a\n", "utf-8")
    (after / "data.csv").write_text("b\n", "utf-8")
    (after / "SHA256SUMS").write_text("", "utf-8")
    assert compare(before, after) == Compared(
        (
            Page("changed/", "改", Kind.CHANGED, (Piece("一"), Piece("", "二", "两"), Piece("三"))),
            Page("come/", "来", Kind.ADDED, (Piece("", "", "来\n一"),)),
            Page("gone/", "去", Kind.REMOVED, (Piece("", "去\n一", ""),)),
        ),
        (File("data.csv", Kind.CHANGED),),
        1,
    )


def test_a_copy_brings_what_it_shows_and_leads_to_the_site(tmp_path: Path) -> None:
    html = (
        '<meta http-equiv="Content-Security-Policy" content="x"><script src="/s.js"></script>'
        '<link rel="stylesheet" href="/b/site.css"><link rel="canonical" href="https://a.example/b/c/">'
        '<img src="../pictures/p.svg" alt=""><a href="../other/#x">去</a><a href="/b/gone/">无</a>'
    )
    site = _site(tmp_path / "site", c=html)
    (site / "site.css").write_text("p{}", "utf-8")
    (site / "pictures").mkdir()
    (site / "pictures" / "p.svg").write_text("<svg/>", "utf-8")
    Copier(site, tmp_path / "copy", "https://a.example/b/").copy("c/")
    copy = (tmp_path / "copy/c/index.html").read_text("utf-8")
    assert copy == (
        '<link rel="stylesheet" href="../site.css"><link rel="canonical" href="https://a.example/b/c/">'
        '<img src="../pictures/p.svg" alt=""><a href="https://a.example/b/other/#x">去</a>'
        '<a href="https://a.example/b/gone/">无</a>'
    )
    assert (tmp_path / "copy/pictures/p.svg").is_file()
    assert (tmp_path / "copy/site.css").is_file()


def _data(folder: Path, *lines: str) -> Path:
    """The reference office's releases, of which only these are listed."""
    shutil.copytree(ROOT / "data" / "statistics", folder / "statistics")
    listing = "month,version,issued,reason,base\n" + "".join(f"{line}\n" for line in lines)
    (folder / "statistics" / "releases.csv").write_text(listing, "utf-8")
    return folder


def test_a_month_that_comes_out_is_told_in_released_sums(tmp_path: Path) -> None:
    before = _data(tmp_path, *(f"2015-0{n},1,2026-11-24,,5" for n in range(1, 6)))
    (june,) = changed_numbers(before, open_portal(ROOT))
    assert (str(june.month), june.version, june.former, june.cells) == ("2015-06", 1, None, ())
    received = next(one for one in june.sums if one.where == "收到")
    assert received.before == 0
    assert received.after > 5000
    assert june.least is not None
    assert june.least >= june.base


def test_the_report_of_numbers_is_a_table_in_both_forms(tmp_path: Path) -> None:
    before = _data(tmp_path / "data", *(f"2015-0{n},1,2026-11-24,,5" for n in range(1, 6)))
    portal = open_portal(ROOT)
    numbers = tuple(changed_numbers(before, portal))
    seen = Preview("a", "b", (), ("一条提醒",), numbers, compared=Compared((), (), 0))
    (tmp_path / "out").mkdir()
    sites = tmp_path / "none", tmp_path / "none"
    write_report(seen, portal.settings.office, ROOT / "theme", sites, tmp_path / "out")
    summary = (tmp_path / "out/summary.md").read_text("utf-8")
    page = (tmp_path / "out/index.html").read_text("utf-8")
    assert "### 2015年6月的数字，第1版\n\n第一次公布。" in summary
    assert "\n| 收到 | — | " in summary
    assert "\n- 一条提醒" in summary
    assert '<th scope="row">收到</th><td>—</td>' in page
    assert "\n\n\n" not in summary


def _roll(city: Portal) -> Portal:
    city = open_portal(city.folder)
    write(city, prepare(city, MARCH, today=LATER, report=lambda _: None), today=LATER)
    return city


def test_a_changed_roll_up_is_told_like_a_release_with_who_came_in(tmp_path: Path) -> None:
    rows = [(code, "city", "district") for code in ("dong", "xi")]
    city = office(tmp_path / "city", ("city", "", "city"), *rows)
    for id_, count in (("dong", 40), ("xi", 9)):
        county = office(tmp_path / id_, (id_, "", "district"))
        publish(county, {cell(id_): count})
        list_source(city, id_, id_)
        if id_ == "dong":
            hold(city, county, id_)
    city = _roll(city)
    (first,) = changed_rollups(tmp_path / "nothing", city)
    assert (first.former, first.covered, first.cells) == (None, (1, 2), ())
    assert [one.after for one in first.offices] == ["第1版", "没有：还没有收到这个月的数据包"]
    shutil.copytree(city.data, tmp_path / "before")
    hold(city, open_portal(tmp_path / "xi"), "xi")
    city = _roll(city)
    (second,) = changed_rollups(tmp_path / "before", city)
    assert (second.version, second.former, second.covered) == (2, 1, (2, 2))
    assert second.offices == (Office("xi信访局", "没有：还没有收到这个月的数据包", "第1版"),)
    (changed,) = second.cells
    assert (changed.before, changed.after) == (0, 9)
    seen = Preview("a", "b", (), (), rolled=(second,), compared=Compared((), (), 0))
    (tmp_path / "out").mkdir()
    sites = tmp_path / "none", tmp_path / "none"
    write_report(seen, city.settings.office, ROOT / "theme", sites, tmp_path / "out")
    summary = (tmp_path / "out/summary.md").read_text("utf-8")
    assert "### 2024年3月的各地汇总，第2版\n\n更正第1版（" in summary
    assert "2个单位里有2个在内" in summary
    assert "\n| 收到 | 40 | 49 |" in summary
    assert "\n| xi信访局 | 没有：还没有收到这个月的数据包 | 第1版 |" in summary
    page = (tmp_path / "out/index.html").read_text("utf-8")
    assert "<li><b>1</b>个月的各地汇总</li>" in page
    assert '<th scope="row">xi信访局</th>' in page
    assert "\n\n\n" not in summary
