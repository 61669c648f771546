"""`yanlu check`: every fault in one run, in words a clerk understands, without any value."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from yanlu.disclosure.rounding import METHOD
from yanlu.packages.check import check_data
from yanlu.packages.faults import validate
from yanlu.packages.schemas import TABLES, load_schema, table_resource


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The reference office's data with two of its releases."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for month in ("2015-03", "2015-04", "2015-05", "2015-06"):
        shutil.rmtree(tmp_path / "data" / "statistics" / month)
    listing = tmp_path / "data" / "statistics" / "releases.csv"
    listing.write_text("\n".join(listing.read_text("utf-8").splitlines()[:3]) + "\n", "utf-8")
    return tmp_path / "data"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _said(data: Path) -> str:
    return "\n".join(str(fault) for fault in check_data(data))


def test_the_shipped_data_has_no_fault() -> None:
    assert check_data(ROOT / "data") == []


EDITS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a repeated code": (
        lambda d: _edit(d / "codes/regions.csv", "back-bay,", "allston-brighton,"),
        "data/codes/regions.csv 第 4 行",
    ),
    "a parent that is not there": (
        lambda d: _edit(d / "codes/topics.csv", ",roads,", ",roadz,"),
        "data/codes/topics.csv 第 21 行 列 parent：用了代码表里没有的代码",
    ),
    "a date that is none": (
        lambda d: _edit(d / "codes/events.csv", "2015-01-01", "2015年"),
        "data/codes/events.csv 第 2 行 列 valid_from：内容的类型不对",
    ),
    "a missing value": (
        lambda d: _edit(d / "codes/revisions.csv", "补录", ""),
        "data/codes/revisions.csv 第 2 行 列 name",
    ),
    "a missing column": (
        lambda d: _edit(d / "codes/events.csv", ",definition", ""),
        "data/codes/events.csv",
    ),
    "a surplus cell": (
        lambda d: _edit(d / "guidance/offices.csv", "2026-11-24\n", "2026-11-24,x\n"),
        "data/guidance/offices.csv 第 2 行",
    ),
    "a file in GBK": (
        lambda d: (d / "codes/bodies.csv").write_bytes("code,name\n甲,乙\n".encode("gbk")),
        "data/codes/bodies.csv：不是 UTF-8 编码",
    ),
    "a missing table": (
        lambda d: (d / "codes/outcomes.csv").unlink(),
        "data/codes/outcomes.csv：文件缺失",
    ),
    "an export left behind": (
        lambda d: (d / "来信名单.xlsx").write_bytes(b"x"),
        "data/来信名单.xlsx：data/ 里不应当有这个文件",
    ),
    "a release edited by hand": (
        lambda d: _edit(d / "statistics/2015-01/v1/cube.csv", ",phone,", ",online,"),
        "data/statistics/2015-01/v1/cube.csv：与发布时的校验值",
    ),
    "a release that lost a file": (
        lambda d: (d / "statistics/2015-01/v1/topics.csv").unlink(),
        "data/statistics/2015-01/v1/topics.csv",
    ),
    "a release that vanished": (
        lambda d: shutil.rmtree(d / "statistics/2015-02"),
        "data/statistics/2015-02/v1：发布清单里有这一版",
    ),
    "a release that is not listed": (
        lambda d: _edit(d / "statistics/releases.csv", "2015-02,1,", "2015-03,1,"),
        "data/statistics/2015-02/v1：文件夹在，发布清单里没有它",
    ),
    "a version that was skipped": (
        lambda d: _edit(d / "statistics/releases.csv", "2015-02,1,", "2015-02,2,"),
        "版本号没有从 1 开始连续",
    ),
    "a code that was used and deleted": (
        lambda d: _edit(d / "codes/regions.csv", "hyde-park,", "hyde-parc,"),
        "用到的代码已经从 data/codes/ 里删去",
    ),
    "a base lowered to let small counts through": (
        lambda d: _edit(d / "statistics/2015-01/v1/datapackage.json", '"base": 5', '"base": 3'),
        "舍入基数与文件夹、发布清单不符",
    ),
    "a descriptor of another month": (
        lambda d: _edit(
            d / "statistics/2015-01/v1/datapackage.json",
            '"period": "2015-01"',
            '"period": "2015-02"',
        ),
        "描述里的月份",
    ),
    "a descriptor without its sources": (
        lambda d: _edit(d / "statistics/2015-01/v1/datapackage.json", '"sources"', '"origins"'),
        "描述的内容不全",
    ),
    "a region above itself": (
        lambda d: _edit(d / "codes/regions.csv", "back-bay,后湾,shili", "back-bay,后湾,back-bay"),
        "data/codes/regions.csv：有代码是自己的上级",
    ),
    "a correction that did not wait for the bundle of its quarter": (
        lambda d: _edit(
            d / "statistics/releases.csv",
            "2015-02,1,2026-11-24,,5\n",
            "2015-01,2,2026-11-25,method,5\n2015-02,1,2026-11-24,,5\n"
            "2015-02,2,2026-11-26,method,5\n",
        ),
        "data/statistics/releases.csv 第 5 行 列 issued：更正没有随本季度的一批发布",
    ),
    "a replaced file that is declared without its hash": (
        lambda d: _edit(d / "statistics/replaced.csv", ",56a8110e", ","),
        "data/statistics/replaced.csv 第 2 行 列 sha256",
    ),
    "a method that this software does not know": (
        lambda d: _edit(
            d / "statistics/2015-01/v1/datapackage.json", '"base": 5', '"base": 5, "version": 9'
        ),
        "data/statistics/2015-01/v1/datapackage.json：描述的内容不全",
    ),
    "a finer table beside the cube": (
        lambda d: (d / "statistics/2015-01/v1/streets.csv").write_text("street,count\nx,5\n"),
        "data/statistics/2015-01/v1/streets.csv：data/ 里不应当有这个文件",
    ),
    "a second cube under the first": (
        lambda d: shutil.copytree(d / "statistics/2015-02/v1", d / "statistics/2015-01/v1/v2"),
        "data/statistics/2015-01/v1/v2/cube.csv：data/ 里不应当有这个文件",
    ),
    "a second cube beside the versions": (
        lambda d: shutil.copy(
            d / "statistics/2015-01/v1/cube.csv", d / "statistics/2015-01/cube.csv"
        ),
        "data/statistics/2015-01/cube.csv：data/ 里不应当有这个文件",
    ),
    "a second crossing as a version of its own": (
        lambda d: shutil.copytree(d / "statistics/2015-01/v1", d / "statistics/2015-01/v1b"),
        "data/statistics/2015-01/v1b：文件夹在，发布清单里没有它",
    ),
    "a second crossing as a month of its own": (
        lambda d: shutil.copytree(d / "statistics/2015-01", d / "statistics/2015-01-channels"),
        "data/statistics/2015-01-channels/v1：文件夹在，发布清单里没有它",
    ),
    "a month that does not exist in the list": (
        lambda d: _edit(d / "statistics/releases.csv", "2015-02,1,", "2015-13,1,"),
        "data/statistics/releases.csv 第 3 行 列 month",
    ),
    "a code list with a byte order mark and a fault": (
        lambda d: (d / "codes/outcomes.csv").write_bytes(
            b"\xef\xbb\xbf" + (d / "codes/outcomes.csv").read_bytes().replace(b"adopted,", b",", 1)
        ),
        "data/codes/outcomes.csv 第 2 行 列 code",
    ),
    "a descriptor that is not JSON": (
        lambda d: (d / "statistics/2015-01/v1/datapackage.json").write_text("{"),
        "data/statistics/2015-01/v1/datapackage.json：",
    ),
}


def test_a_byte_order_mark_alone_is_no_fault(data: Path) -> None:
    for path in (data / "codes").glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert _said(data) == ""


@pytest.mark.parametrize("name", EDITS)
def test_a_fault_is_named_with_its_place(data: Path, name: str) -> None:
    edit, words = EDITS[name]
    edit(data)
    assert words in _said(data)


def test_all_faults_come_in_one_run_and_quote_no_cell(data: Path) -> None:
    _edit(data / "codes/events.csv", "2015-01-01", "张三13800138000")
    _edit(data / "codes/topics.csv", ",roads,", ",李四,")
    _edit(data / "guidance/offices.csv", "2026-11-24\n", "王五\n")
    said = _said(data)
    assert len(said.splitlines()) >= 3
    assert not any(name in said for name in ("张三", "13800138000", "李四", "王五"))


def _reseal(data: Path, change: Callable[[dict], None]) -> None:
    path = data / "statistics/2015-01/v1/datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    change(descriptor["resources"][0])
    path.write_text(json.dumps(descriptor, ensure_ascii=False), "utf-8")


def test_a_table_that_passed_once_is_looked_at_again_when_it_is_another(tmp_path: Path) -> None:
    fields = [{"name": "code", "type": "string", "constraints": {"unique": True}}]
    table = {"name": "list", "path": "list.csv", "format": "csv", "schema": {"fields": fields}}
    told, passed = {"name": "package", "resources": [table]}, set[bytes]()
    (tmp_path / "list.csv").write_text("code\na\n", "utf-8")
    assert validate(told, tmp_path, "data/", passed) == []
    (tmp_path / "list.csv").write_text("code\na\na\n", "utf-8")
    assert [fault.row for fault in validate(told, tmp_path, "data/", passed)] == [3]
    assert len(passed) == 1


def test_faults_are_told_of_tables_and_not_of_what_they_are_held_against(tmp_path: Path) -> None:
    fields = [{"name": "code", "constraints": {"required": True}}, {"name": "above"}]
    key = {"fields": ["above"], "reference": {"resource": "", "fields": ["code"]}}
    schema = {"fields": fields, "foreignKeys": [key]}
    table = {"name": "list", "path": "list.csv", "format": "csv", "schema": schema}
    (tmp_path / "list.csv").write_text("code,above\n,a\na,\nb,c\n", "utf-8")
    faults = validate({"name": "package", "resources": [table]}, tmp_path, "data/")
    assert [(f.file, f.row, f.column) for f in faults] == [
        ("data/list.csv", 2, "code"),
        ("data/list.csv", 4, "above"),
    ]


def test_a_missing_hash_is_refused_though_the_standard_allows_it(data: Path) -> None:
    _reseal(data, lambda resource: resource.pop("hash"))
    assert "没有 sha256: 校验值" in _said(data)


def test_a_hash_without_its_kind_is_refused_though_it_would_be_read_as_md5(data: Path) -> None:
    _reseal(data, lambda resource: resource.update(hash=resource["hash"].removeprefix("sha256:")))
    assert "没有 sha256: 校验值" in _said(data)


def _rewrite(data: Path, change: Callable[[list[str]], list[str]], **more: object) -> None:
    """Change the first lines of a cube and put a fresh seal on it."""
    cube = data / "statistics/2015-01/v1/cube.csv"
    cube.write_text("\n".join(change(cube.read_text("utf-8").splitlines())) + "\n", "utf-8")
    content = cube.read_bytes()
    seal = {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
    _reseal(data, lambda resource: resource.update(seal, **more))


def test_a_small_count_is_caught_even_under_a_fresh_seal(data: Path) -> None:
    _rewrite(data, lambda lines: [lines[0], lines[1].rpartition(",")[0] + ",4", *lines[2:]])
    assert "有小于舍入基数的数" in _said(data)


@pytest.mark.parametrize(
    "cell",
    [
        "back-bay,lighting.outages,phone,received,9",
        "back-bay,noise,phone.call,received,9",
        "shili,noise,phone,received,9",
    ],
    ids=["a finer topic", "a finer channel", "a coarser region"],
)
def test_a_cube_with_another_crossing_is_refused_even_under_a_fresh_seal(
    data: Path, cell: str
) -> None:
    _rewrite(data, lambda lines: [*lines, cell])
    assert "data/statistics/2015-01/v1/cube.csv：列或者格不是约定的分法" in _said(data)


def test_a_cube_with_a_column_more_is_refused_even_under_a_fresh_seal(data: Path) -> None:
    schema = load_schema("cube")
    schema["fields"].append({"name": "street", "type": "string"})
    _rewrite(
        data,
        lambda lines: [f"{lines[0]},street", *(f"{line},x" for line in lines[1:])],
        schema=schema,
    )
    assert "列或者格不是约定的分法" in _said(data)


def test_every_method_but_the_first_may_be_named_in_a_descriptor() -> None:
    named = load_schema("release.schema")["properties"]["method"]["properties"]["version"]["enum"]
    assert named == list(range(2, METHOD + 1))


@pytest.mark.parametrize("name", [*TABLES, "cube", "addresses"])
def test_every_schema_has_chinese_titles_and_descriptions(name: str) -> None:
    schema = load_schema(name)
    words = [schema["title"], schema["description"]]
    words += [field[key] for field in schema["fields"] for key in ("title", "description")]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in word) for word in words)


def test_the_address_map_follows_its_schema() -> None:
    from yanlu.packages.faults import validate

    folder = ROOT / "scripts/yanlu/packages/schemas"
    resource = table_resource("addresses", "addresses.csv")
    assert validate({"name": "site", "resources": [resource]}, folder) == []
