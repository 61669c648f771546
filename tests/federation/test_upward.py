"""The report of art. 41: what stands in it, for whom it opens, and that nothing plain is left."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import ROOT, snapshot
from doubles.level_above import add_level_above
from doubles.terminal import type_into
from yanlu.cli.upward import report
from yanlu.errors import InputError, PackageError
from yanlu.federation.gather import gather
from yanlu.federation.paper import page
from yanlu.federation.upward import draft
from yanlu.model import Month
from yanlu.packages.faults import validate
from yanlu.settings import Portal

HEADINGS = [
    "一、信访事项的数据统计、信访事项涉及领域以及被投诉较多的机关、单位",
    "二、转送、交办、督办情况",
    "三、提出改进工作、完善政策、追究责任建议以及被采纳情况",
    "四、其他应当报告的事项",
]
PERIODS = {2015: ("2015-01", "2015-12"), 2026: ("2026-01", "2026-11")}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """The reference office with others below it for three months; no git."""
    folder = tmp_path_factory.mktemp("office") / "portal"
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "theme").symlink_to(ROOT / "theme")
    return add_level_above(folder, [Month(2015, number) for number in (4, 5, 6)])


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A key pair of the level above, by age-keygen: its file, and the public half."""
    file = tmp_path_factory.mktemp("key") / "upper.key"
    subprocess.run(["age-keygen", "-o", str(file)], check=True, capture_output=True)
    return file, file.read_text().split("public key: ")[1].split()[0]


@pytest.fixture
def folder(tmp_path: Path, office: Portal, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where reports go; the command runs in the portal, and its temporary files lie beside."""
    monkeypatch.chdir(office.folder)
    (tmp_path / "out").mkdir()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    return tmp_path / "out"


def _text(office: Portal, year: int) -> str:
    first, last = map(Month.parse, PERIODS[year])
    return draft(gather(office, first, last), ROOT / "theme", first.start).text


def _run(*arguments: str, year: int = 2015) -> Result:
    first, last = PERIODS[year]
    return CliRunner().invoke(report, ["--from", first, "--to", last, *arguments])


def _opened(sealed: Path, key: Path) -> zipfile.ZipFile:
    """What the real age program makes of it."""
    command = ["age", "-d", "-i", str(key), str(sealed)]
    done = subprocess.run(command, check=True, capture_output=True)
    return zipfile.ZipFile(io.BytesIO(done.stdout))


def test_the_text_has_the_four_parts_of_the_article_in_its_words_and_order(office: Portal) -> None:
    text = _text(office, 2015)
    assert re.findall(r"^## (.*)$", text, re.M) == HEADINGS
    assert "《信访工作条例》（2022年）第四十一条" in text
    assert "本级党委" in text
    assert "上一级党委和政府信访部门" in text


def test_the_first_part_tells_released_figures_and_which_months_are_missing(
    office: Portal,
) -> None:
    text = _text(office, 2015)
    part = text.partition(HEADINGS[0])[2].partition(HEADINGS[1])[0]
    received = sum(
        count
        for release in gather(office, Month(2015, 1), Month(2015, 6)).releases
        for cell, count in release.counts.items()
        if cell.event == "received" and cell.channel != "internal"
    )
    assert f"共收到群众反映的事项{received}件" in part
    assert f"| 合计 | {received} |" in part
    assert "12个月里有6个月的统计已经公布，没有公布的是2015年7月至12月" in part
    assert "2015年6月，4个单位里有3个在内" in part
    assert part.index("东山县信访局") < part.index("西河县") < part.index("小洲区信访局")
    assert "这里没有数" in part.partition("（三）被投诉较多的机关、单位")[2]


def test_a_level_without_releases_of_its_own_reports_what_lies_below_it_and_who_is_missing(
    office: Portal,
) -> None:
    below = replace(gather(office, Month(2015, 3), Month(2015, 6)), releases=[], listings=[])
    text = draft(below, ROOT / "theme", Month(2015, 7).start).text
    figures, _, topics = text.partition(HEADINGS[1])[0].partition("### （二）涉及领域")
    received = sum(
        count
        for held in below.rollups
        for cell, count in held.rollup.counts.items()
        if cell.event == "received" and cell.channel != "internal"
    )
    assert "文中的统计是各地公布过的数，小于5的已经改成0或5，合计" in figures
    assert "还没有公布" not in figures
    assert (
        f"没有的是2015年3月，不在下面的数里，也不推算。在内的合起来，共收到群众反映的事项{received}件"
        in figures
    )
    assert f"| 合计 | – | {received} |" in figures
    assert "本单位公布的也在里面，不要与本单位的统计再相加" in figures
    assert "| 北岭县信访局 | 2015年4月至6月 | 还没有收到这个月的数据包 |" in figures
    assert f"| 合计 | {received} |" in topics


def test_the_other_parts_tell_what_the_register_and_supervision_published(office: Portal) -> None:
    text = _text(office, 2026)
    second, third, fourth = (
        text.partition(HEADINGS[n])[2].partition(HEADINGS[n + 1] if n < 3 else "\0")[0]
        for n in (1, 2, 3)
    )
    assert re.search(r"其中公开的建议，转交[1-9]\d*件次，交还\d+件次，回复[1-9]\d*件次", second)
    assert "督办【】件" in second
    assert "同一件事不要在处室之间来回转" in third
    assert "| 采纳 |" in third
    assert "| 2026 | 1 |" in third
    assert re.search(r"\| 部分采纳 \| [1-9]", fourth)
    assert "这段时间的统计还没有公布" in text


def test_a_half_year_is_no_yearly_report_and_a_period_must_be_one(office: Portal) -> None:
    half = gather(office, Month(2015, 1), Month(2015, 6))
    title = "# 2015年1月至6月信访情况报告\n"
    assert draft(half, ROOT / "theme", Month(2015, 7).start).text.startswith(title)
    assert _text(office, 2015).startswith("# 2015年信访情况年度报告\n")
    for last in (Month(2014, 12), Month(2016, 1)):
        with pytest.raises(InputError, match="最长12个月"):
            gather(office, Month(2015, 1), last)


def test_it_opens_by_the_real_age_with_the_key_of_its_reader_and_the_package_is_sound(
    office: Portal, folder: Path, key: tuple[Path, str], tmp_path: Path
) -> None:
    before = snapshot(office.data)
    done = _run("--out", str(folder), "--recipient", key[1])
    assert done.exit_code == 0, done.output
    (sealed,) = folder.iterdir()
    assert sealed.name == "report-2015-01-2015-12.zip.age"
    assert sealed.stat().st_mode & 0o777 == 0o600
    _opened(sealed, key[0]).extractall(tmp_path / "pack")
    told = json.loads((tmp_path / "pack/datapackage.json").read_text("utf-8"))
    assert validate(told, tmp_path / "pack") == []
    assert f"# {told['title'].partition('：')[2]}\n" in (tmp_path / "pack/report.md").read_text()
    assert {one["name"] for one in told["resources"]} >= {"cells", "proposals", "coverage"}
    assert list((tmp_path / "tmp").iterdir()) == []
    assert snapshot(office.data) == before


def test_without_a_reader_it_is_for_the_office_which_has_blanks_to_fill(
    office: Portal, folder: Path, tmp_path: Path
) -> None:
    done = _run("--out", str(folder))
    assert "封给本单位自己" in done.output
    assert "谁都打得开" in done.output  # the private half of the reference office is public
    own = tmp_path / "own.key"
    own.write_text(str(office.settings.intake.public_test_identity))
    assert "report.html" in _opened(next(folder.iterdir()), own).namelist()


def test_a_finished_report_takes_the_place_of_the_draft_once_no_blank_is_left(
    folder: Path, key: tuple[Path, str], tmp_path: Path
) -> None:
    document = tmp_path / "年度报告.docx"

    def write(words: str) -> None:
        with zipfile.ZipFile(document, "w") as archive:
            archive.writestr("word/document.xml", f"<document>{words}</document>")

    asked = ("--out", str(folder), "--text", str(document))
    write("转送【】件，交办【】件")
    assert "还有 2 处【】没有填" in str(_run(*asked, "--recipient", key[1]).exception)
    document.write_bytes(b"{\\rtf1 \\'d7\\'aa}")  # under the name of a .docx
    assert "请用 WPS 或者 Word 打开，另存为 .docx" in str(
        _run(*asked, "--recipient", key[1]).exception
    )
    write("转送12件")
    assert "要写明封给谁" in str(_run(*asked).exception)
    assert list(folder.iterdir()) == []
    assert _run(*asked, "--recipient", key[1]).exit_code == 0
    names = _opened(next(folder.iterdir()), key[0]).namelist()
    assert "年度报告.docx" in names
    assert not {"report.md", "report.html"} & {*names}


def test_it_never_lies_in_git_nor_in_the_portal_nor_in_the_place_of_another(
    office: Portal, folder: Path, key: tuple[Path, str], tmp_path: Path
) -> None:
    inside = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(inside)], check=True)
    (folder / "report-2015-01-2015-12.zip.age").write_bytes(b"before")
    for place, said in (
        (inside, "在仓库里"), (office.data, "在仓库里"), (folder, "没有覆盖"),
        (tmp_path / "nowhere", "没有文件夹"),
    ):  # fmt: skip
        done = _run("--out", str(place), "--recipient", key[1])
        assert isinstance(done.exception, InputError)
        assert said in str(done.exception)
    assert [path.name for path in inside.iterdir()] == [".git"]
    assert next(folder.iterdir()).read_bytes() == b"before"
    finished = inside / "report.html"
    finished.write_text("写好了")
    free = str(tmp_path / "tmp")
    done = _run("--out", free, "--recipient", key[1], "--text", str(finished))
    assert "没有封" in str(done.exception)


def test_what_is_no_key_is_refused_and_not_repeated(folder: Path, key: tuple[Path, str]) -> None:
    done = _run("--out", str(folder), "--recipient", key[1], "--recipient", "age1secret")
    assert "第 2 个 --recipient 不是 age 公钥" in str(done.exception)
    assert "secret" not in str(done.exception)
    assert list(folder.iterdir()) == []


def test_it_is_shown_on_a_terminal_alone(office: Portal, folder: Path) -> None:
    assert "只在终端里显示" in str(_run("--show").exception)
    command = ("yanlu", "federation", "report", "--from", "2015-01", "--to", "2015-12", "--show")
    code, screen = type_into(office.folder, lambda _: "", *command)
    assert code == 0, screen
    assert HEADINGS[3] in screen
    assert list(folder.iterdir()) == []


def test_an_altered_release_is_reported_to_nobody(office: Portal, folder: Path) -> None:
    cube = office.data / "statistics/2015-06/v1/cube.csv"
    whole = cube.read_bytes()
    cube.write_bytes(whole + b"\n")
    done = _run("--out", str(folder))
    cube.write_bytes(whole)
    assert isinstance(done.exception, PackageError)
    assert list(folder.iterdir()) == []


def test_the_page_for_wps_has_tables_and_no_markup_of_its_contents() -> None:
    text = "# 题\n\n## 一\n\n| 甲 | 件 |\n| :--- | ---: |\n| <b>乙 | 3 |\n\n- 丙\n\n段<i>"
    html = page("题", text)
    assert '<tr><td>&lt;b&gt;乙</td><td class="num">3</td></tr>' in html
    assert "<ul><li>丙</li></ul>" in html
    assert "<p>段&lt;i&gt;</p>" in html
    assert html.startswith("<!DOCTYPE html>")
