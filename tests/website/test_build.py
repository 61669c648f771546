"""The finished site: complete, consistent, reproducible, and refused when it is not."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import RECORDS, copy_repository, run_yanlu, snapshot
from website.typography import badly_set
from yanlu.errors import BuildError
from yanlu.website.remembered import Remembered
from yanlu.website.verify import verify_numbers

ATOM = "{http://www.w3.org/2005/Atom}"


def test_every_kind_of_page_is_there(site: Path) -> None:
    for address in (
        "", "data", "data/2015-01", "data/2015-06", "data/regions", "data/regions/dorchester",
        "data/topics", "data/topics/noise", "data/channels", "data/channels/internal",
        "data/timeliness", "data/dictionary", "data/downloads", "data/releases", "data/methods",
        "guide", "guide/process", "suggest", "suggest/write", "suggest/claim",
        "suggest/accusation", "suggest/lost", "check", "bulletins", "bulletins/2015-06-statistics",
        "bulletins/archives", "bulletins/2026", "bulletins/categories", "bulletins/tags",
        "data/2015", "bulletins/2015-report", "about", "about/privacy",
        "about/architecture", "about/decisions", "register",
        "register/all", "register/adopted", "register/not-adopted", "register/overdue", "calls",
        "register/supervision", "guide/deadlines", "guide/deadlines/objection", "guide/find",
        "guide/find/quick", "guide/find/none", "guide/find/wages", "guide/find/doors/superior",
        "guide/offices", "guide/offices/type/court", "guide/offices/region/dorchester",
        "guide/receptions", "guide/receptions/region/shili", "about/posts", "about/leaders",
        "about/meetings", "about/budget", "about/upkeep", "about/keys", "about/incident",
    ):  # fmt: skip
        assert (site / address / "index.html").is_file(), address


def test_every_figure_has_its_table_csv_json_and_drawing(site: Path) -> None:
    for page in (site / "data").rglob("index.html"):
        text = page.read_text("utf-8")
        names = re.findall(r'<figure class="figure" id="figure-([a-z-]+)"', text)
        for name in names:
            assert f'id="table-{name}"' in text
            for kind in ("csv", "json", "svg", "metadata.json"):
                assert (page.parent / f"{name}.{kind}").is_file()
        assert text.count("<svg") == text.count("<title id=") == text.count("<desc id=")


def test_what_describes_a_csv_names_its_columns_as_its_head_does(site: Path) -> None:
    """CSV on the Web: the first title of a column is its head; names hold no hyphen."""
    for path in (site / "data").rglob("*.metadata.json"):
        told = json.loads(path.read_text("utf-8"))
        head = (path.parent / told["url"]).read_text("utf-8").splitlines()[0].split(",")
        columns = told["tableSchema"]["columns"]
        assert [column["titles"][0] for column in columns] == head
        assert told["tableSchema"]["primaryKey"] == columns[0]["name"]
        assert all(re.fullmatch(r"\w+", column["name"]) for column in columns)


def test_drawings_tell_apart_without_colour_and_show_values_under_the_pointer(site: Path) -> None:
    stack = (site / "data/timeliness/replies-months.svg").read_text("utf-8")
    assert stack.count("<pattern") == 1
    assert "2015年6月：逾期回复" in stack
    tiles = (site / "data/regions/regions.svg").read_text("utf-8")
    assert tiles.count('class="value"') == tiles.count('class="s1"') == 18
    assert "不是地图" in tiles
    lines = (site / "data/regions/monthly-regions.svg").read_text("utf-8")
    assert lines.count("<circle") == 18 * 6 == lines.count("件</title>")


def test_page_csv_and_release_say_the_same_number(site: Path) -> None:
    with (site / "data/releases/2015-06/v1/cube.csv").open(encoding="utf-8") as file:
        cube = sum(
            int(row["count"])
            for row in csv.DictReader(file)
            if row["event"] == "received" and row["channel"] != "internal"
        )
    with (site / "data/2015-06/topics.csv").open(encoding="utf-8") as file:
        shown = sum(int(row["received"]) for row in csv.DictReader(file))
    assert shown == cube
    assert f"收到{cube}件" in (site / "data/2015-06/index.html").read_text("utf-8")


def test_every_statistics_page_says_where_its_numbers_come_from(site: Path) -> None:
    for page in (site / "data").rglob("index.html"):
        if "<figure" in (text := page.read_text("utf-8")):
            assert "数据来源" in text
            assert "Boston 311" in text
            assert "截止日期" in text
            assert "不是《信访工作条例》规定的期限" in text


def test_chinese_headings_are_anchors_of_real_words(site: Path) -> None:
    assert 'id="期限表"' in (site / "guide/process/index.html").read_text("utf-8")
    bulletin = (site / "bulletins/site-opens/index.html").read_text("utf-8")
    assert 'id="现在能看到什么"' in bulletin
    for page in site.rglob("*.html"):
        assert not re.search(r'id="_\d+"', page.read_text("utf-8")), page


def test_every_link_inside_the_site_leads_somewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for address in re.findall(r'href="([^"]+)"', text):
            if address.startswith(("https:", "mailto:", "tel:", "webcal:")):
                continue
            path, _, anchor = address.partition("#")
            target = site / path.lstrip("/") if path.startswith("/") else page.parent / path
            target = target / "index.html" if target.is_dir() and path else target
            target = target if path else page
            assert target.is_file(), (page, address)
            if anchor and target.suffix == ".html":
                assert f'id="{anchor}"' in target.read_text("utf-8"), (page, address)


def test_feeds_are_whole_and_point_into_the_site(site: Path) -> None:
    feed = ET.parse(site / "bulletins/feed.atom.xml").getroot()  # noqa: S314 - our own file
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 8
    for entry in entries:
        link = entry.find(f"{ATOM}link")
        assert link is not None
        place = link.attrib["href"].removeprefix("https://yanlu.shili.example/")
        assert (site / place / "index.html").is_file()
        assert entry.findtext(f"{ATOM}updated")
        assert 'href="/' not in str(entry.findtext(f"{ATOM}content"))


def test_the_site_map_lists_every_page_of_both_halves_once_that_may_be_indexed(
    site: Path,
) -> None:
    root = ET.parse(site / "sitemap.xml").getroot()  # noqa: S314 - our own file
    listed = [element.text or "" for element in root.iter() if element.tag.endswith("loc")]
    pages = [
        path.parent.relative_to(site).as_posix()
        for path in site.rglob("index.html")
        if 'content="noindex' not in path.read_text("utf-8")
    ]
    assert {"register", "calls", "bulletins"} <= set(pages)
    base = "https://yanlu.shili.example/"
    assert sorted(listed) == sorted(base if p == "." else f"{base}{p}/" for p in pages)


def test_checksums_cover_every_file_but_themselves_and_the_log(site: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=site, capture_output=True, check=False
    )
    assert done.returncode == 0
    lines = (site / "SHA256SUMS").read_text("utf-8").splitlines()
    files = [path.relative_to(site) for path in site.rglob("*") if path.is_file()]
    assert len(lines) == sum(path.parts[0] != "log" for path in files) - 1


def test_the_footer_shows_the_identifiers_and_the_date_of_the_commit(site: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    for words in ("网站标识码", "ICP备案", "公安备案", "主办单位", "生成日期2026-11-20", "找错"):
        assert words in text


def test_elsewhere_at_another_time_by_a_stranger_the_same_bytes_come_out(
    reference: Path, tmp_path: Path
) -> None:
    """From what the site offers alone; path, time zone, locale, umask and clock are others."""
    folder = tmp_path / "another place"
    folder.mkdir()
    for name in ("source.tar", "source.json"):
        shutil.copy(reference / "public" / name, folder)
    varied = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"}
    yanlu = str(Path(sys.executable).with_name("yanlu"))
    done = subprocess.run(
        ["faketime", "2031-02-03 04:05:06", yanlu, "build", "--source", "source.tar"],
        cwd=folder,
        env={**os.environ, **varied},
        umask=0o077,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert _differing(folder / "public", reference / "public") == []


def _differing(one: Path, other: Path) -> list[str]:
    first, second = snapshot(one), snapshot(other)
    places = sorted({*first, *second})
    return [place for place in places if first.get(place) != second.get(place)]


def test_the_site_works_under_a_sub_path(tmp_path: Path) -> None:
    folder = copy_repository(tmp_path / "repository")
    office = folder / "data" / "office.toml"
    text = office.read_text("utf-8")
    office.write_text(
        text.replace("//yanlu.shili.example/", "//www.shili.example/xinfang/"), "utf-8"
    )
    moves = "old,new,since\nguide/rules/,guide/process/,2026-11-20\n"
    (folder / "data" / "redirects.csv").write_text(moves, "utf-8")
    assert run_yanlu(folder, "build").returncode == 0
    _leads_on(folder / "public")
    for page in (folder / "public").rglob("*.html"):
        for address in re.findall(r'(?:href|src)="(/[^"]*)"', page.read_text("utf-8")):
            assert address.startswith("/xinfang/"), (page, address)
            place = folder / "public" / address.removeprefix("/xinfang/").partition("#")[0]
            assert place.exists(), (page, address)


def _leads_on(site: Path) -> None:
    """An address that moved is a page that leads to the new one, and a rule for web servers."""
    old = (site / "guide/rules/index.html").read_text("utf-8")
    assert '<meta http-equiv="refresh" content="0; url=/xinfang/guide/process/">' in old
    assert 'rel="canonical" href="https://www.shili.example/xinfang/guide/process/"' in old
    assert '<a href="/xinfang/guide/process/">' in old
    assert "guide/rules/" not in (site / "sitemap.xml").read_text("utf-8")
    moved = "/xinfang/guide/rules/ /xinfang/guide/process/ 301\n"
    assert (site / "_redirects").read_text("utf-8") == moved
    rule = "location = /xinfang/guide/rules/ { return 301 /xinfang/guide/process/; }"
    assert rule in (site / "_nginx.conf").read_text("utf-8")
    assert not (site / "_moved").exists()


def test_a_site_without_any_release_can_be_built(tmp_path: Path) -> None:
    folder = copy_repository(tmp_path / "repository")
    shutil.rmtree(folder / "data" / "statistics")
    done = run_yanlu(folder, "build")
    assert done.returncode == 0, done.stderr
    assert "还没有发布" in (folder / "public/data/index.html").read_text("utf-8")


def test_a_shallow_clone_is_refused(reference: Path, tmp_path: Path) -> None:
    (reference / "note").write_text("second commit")
    subprocess.run(["git", "add", "note"], cwd=reference, check=True)
    commit = ["git", "-c", "user.name=t", "-c", "user.email=t@yanlu.invalid", "commit", "-qm", "2"]
    subprocess.run(commit, cwd=reference, check=True)
    clone = ["git", "clone", "-q", "--depth", "1", f"file://{reference}", str(tmp_path / "clone")]
    subprocess.run(clone, check=True)
    subprocess.run(["git", "reset", "-q", "--hard", "HEAD~1"], cwd=reference, check=True)
    done = run_yanlu(tmp_path / "clone", "build")
    assert done.returncode == 1
    assert "git fetch --unshallow" in done.stderr
    assert not (tmp_path / "clone" / "public").exists()


def test_faults_in_data_stop_the_build_and_keep_the_old_site(tmp_path: Path) -> None:
    folder = copy_repository(tmp_path / "repository")
    (folder / "public").mkdir()
    (folder / "data" / "export.csv").write_text("x")
    done = run_yanlu(folder, "build")
    assert done.returncode == 1
    assert "yanlu check" in done.stderr
    assert list((folder / "public").iterdir()) == []


def test_a_folder_with_other_files_is_not_overwritten(reference: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    done = run_yanlu(reference, "build", "--out", str(tmp_path / "mine"))
    assert done.returncode == 1
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep"


def test_a_broken_link_in_a_page_stops_the_build(tmp_path: Path) -> None:
    folder = copy_repository(tmp_path / "repository")
    with (folder / "content" / "guide" / "rights.md").open("a", encoding="utf-8") as file:
        file.write("\n[不存在](nowhere.md)\n")
    done = run_yanlu(folder, "build")
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr


@pytest.mark.parametrize(
    ("place", "text", "told"),
    [
        ("guide/rights.md", "\n<script>a()</script>\n", "rights.md 第 "),
        (
            "bulletins/2026-11-24-open.md",
            "\n![x](https://e.example/y.png)\n",
            "图片不能从别的网站取",
        ),
    ],
)
def test_what_acts_or_comes_from_elsewhere_is_told_by_check_and_stops_the_build(
    tmp_path: Path, place: str, text: str, told: str
) -> None:
    folder = copy_repository(tmp_path / "repository")
    with (folder / "content" / place).open("a", encoding="utf-8") as file:
        file.write(text)
    for command in ("check", "build"):
        done = run_yanlu(folder, command)
        assert done.returncode == 1
        assert told in done.stdout + done.stderr


def test_two_bulletins_with_one_address_are_told_by_check_and_stop_the_build(
    tmp_path: Path,
) -> None:
    folder = copy_repository(tmp_path / "repository")
    first = min((folder / "content" / "bulletins").glob("*.md"))
    shutil.copy(first, first.with_name("zz-copy.md"))
    for command in ("check", "build"):
        done = run_yanlu(folder, command)
        assert done.returncode == 1
        assert f"zz-copy.md 和 {first.name} 的 Slug 相同" in done.stdout + done.stderr


def test_a_template_that_is_broken_is_named_with_its_line(tmp_path: Path) -> None:
    folder = copy_repository(tmp_path / "repository")
    with (folder / "theme" / "shell" / "footer.html").open("a", encoding="utf-8") as file:
        file.write("{% if %}\n")
    done = run_yanlu(folder, "build")
    assert done.returncode == 1
    assert "footer.html 第 " in done.stderr


def test_what_a_killed_build_left_is_taken_away_a_day_later(
    reference: Path, tmp_path: Path
) -> None:
    for name, age in ((".building-old", 90_000), (".building-now", 0)):
        (tmp_path / name / "site").mkdir(parents=True)
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    assert run_yanlu(reference, "build", "--out", str(tmp_path / "out")).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".building-now", "out"]


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _total(page: Path) -> None:
    found = re.search(r'<tr class="total">.*?</tr>', page.read_text("utf-8"))
    assert found
    _change(page, found[0], found[0].replace('<td class="num">', '<td class="num">1', 1))


SPOILED: dict[str, Callable[[Path], None]] = {
    "a row is lost on the page": lambda page: _change(
        page / "index.html",
        re.search(r"<tr><th scope=\"row\">.*?</tr>", (page / "index.html").read_text("utf-8"))[0],  # type: ignore[index]
        "",
    ),
    "the total is another": lambda page: _total(page / "index.html"),
    "the period in the title is another": lambda page: _change(
        page / "index.html",
        "<caption>全市收到和回复，按主题（2015年6月）",
        "<caption>全市（2015年5月）",
    ),
    "a part in the file is another": lambda page: _change(
        page / "topics.json", '"received": ', '"received": 1'
    ),
    "a share in the file is another": lambda page: _change(
        page / "topics.json", '"received-share": ', '"received-share": 1'
    ),
    "a score does not follow from the months": lambda page: _change(
        page / "trends.json", '"modified-z": ', '"modified-z": 1'
    ),
    "a released cell is another": lambda page: _change(
        page.parent / "releases/2015-01/v1/cube.csv",
        "dorchester,trees,phone,received,",
        "dorchester,trees,phone,received,1",
    ),
    "a bulletin tells another total": lambda page: _change(
        page.parents[1] / "bulletins/2015-06-statistics/index.html",
        "收到群众反映的事项",
        "收到群众反映的事项1",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_numbers_that_do_not_add_up_stop_the_build(site: Path, tmp_path: Path, name: str) -> None:
    for part in ("data/2015-06", "data/releases", "bulletins"):
        shutil.copytree(site / part, tmp_path / part)
    assert verify_numbers(tmp_path, 30, Remembered(None, "verified", "", int)) == 5
    SPOILED[name](tmp_path / "data" / "2015-06")
    with pytest.raises(BuildError, match="对不上"):
        verify_numbers(tmp_path, 30, Remembered(None, "verified", "", int))


def test_every_rate_stands_beside_its_numerator_denominator_and_cut_off(site: Path) -> None:
    for path in (site / "data").rglob("timeliness-*s.json"):
        figure = json.loads(path.read_text("utf-8"))
        assert figure["cutoff"]
        fields = {field["name"]: field for field in figure["fields"]}
        rate = fields["on-time-rate"]
        assert {rate["part"], rate["whole"]} <= set(fields)
        for row in [*figure["rows"], figure["total"]]:
            alike = row["replied-on-time"] in (0, row["with-limit"])
            assert (row["on-time-rate"] is None) == (row["with-limit"] < 30 or alike)


def test_a_release_whose_content_was_replaced_says_so(site: Path) -> None:
    releases = (site / "data/releases/index.html").read_text("utf-8")
    assert releases.count("换过内容") == 1
    after = releases.partition('id="2015-04-v1"')[2].partition("</h3>")[2]
    assert "换过内容" in after.partition("<h3")[0]
    assert (site / "data/releases/replaced.csv").is_file()


def test_no_share_stands_on_fewer_than_the_office_allows(site: Path) -> None:
    for path in (site / "data").rglob("*.json"):
        figure = json.loads(path.read_text("utf-8"))
        for row in figure.get("rows", []):
            if "received-share" in row:
                assert (row["received-share"] is None) == (figure["total"]["received"] < 30)


def test_a_corrected_month_keeps_its_first_bulletin_which_leads_to_the_new_one(
    tmp_path: Path,
) -> None:
    folder = copy_repository(tmp_path / "repository")
    rows = gzip.decompress(RECORDS.read_bytes()).splitlines(keepends=True)
    (tmp_path / "fewer.csv").write_bytes(b"".join(rows[:1] + rows[61:]))
    publish = ("stats", "publish", str(tmp_path / "fewer.csv"), "--month", "2015-01")
    done = run_yanlu(folder, *publish, "--revise", "--why", "source-error")
    assert done.returncode == 0, done.stderr
    done = run_yanlu(folder, "build")
    assert done.returncode == 0, done.stderr
    bulletins = folder / "public" / "bulletins"
    first = (bulletins / "2015-01-statistics" / "index.html").read_text("utf-8")
    assert 'href="/bulletins/2015-01-statistics-v2/"' in first
    second = (bulletins / "2015-01-statistics-v2" / "index.html").read_text("utf-8")
    assert "来源差错" in second
    releases = (folder / "public/data/releases/index.html").read_text("utf-8")
    assert 'id="2015-01-v1"' in releases
    assert 'id="2015-01-v2"' in releases


def test_chinese_is_set_with_chinese_punctuation_and_no_typed_spaces(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert badly_set(page.read_text("utf-8")) == [], page
