"""`data/sources.toml`: which lower offices are collected from; a wrong setting is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from yanlu.errors import SettingsError
from yanlu.packages.lower_offices import FILE, LowerOffice, overlaps, read_lower_offices
from yanlu.receipts.notes import Signer
from yanlu.settings import Portal

KEY = Signer("fenway.example/log", b"1" * 32).key.vkey
OTHER = Signer("roxbury.example/log", b"2" * 32).key.vkey
ENTRY = f"""
[[source]]
id = "fenway"
name = "芬威信访局"
region = "fenway"
address = "https://yanlu.fenway.example"
log_key = "{KEY}"
series = "statistics"
[source.topics]
street = "roads"
"""
FENWAY = LowerOffice(
    "fenway",
    "芬威信访局",
    "fenway",
    "https://yanlu.fenway.example/",
    KEY,
    topics={"street": "roads"},
)


def _read(portal: Portal, text: str) -> list[LowerOffice]:
    (portal.data / FILE).write_text(text, "utf-8")
    return list(read_lower_offices(portal.data, portal.codes))


def test_a_portal_without_the_file_has_no_lower_offices(portal: Portal) -> None:
    assert read_lower_offices(portal.data, portal.codes) == ()


def test_an_office_is_read_and_its_address_ends_with_a_slash(portal: Portal) -> None:
    assert _read(portal, ENTRY) == [FENWAY]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "芬威信访局"\n', "", "第 1 个 .*name：缺少这一项"),
        ("芬威信访局", "<b>芬威</b>", "fenway：name 文字里有 HTML 标签"),
        ("芬威信访局", "芬威|信访局", "fenway：name 里有换行，或者有"),
        ("series =", "serie =", "第 1 个 .*serie：不认识这一项"),
        ('series = "statistics"', 'series = "weekly"', "第 1 个 .*series"),
        ('id = "fenway"', 'id = "../fenway"', "第 1 个 .*id"),
        ('region = "fenway"', 'region = "nowhere"', "fenway：region（nowhere）不是"),
        (KEY, KEY[:-9], "fenway：log_key 不是公钥"),
        ("https://", "http://", "fenway：address 应当以 https:// 开头"),
        ("https://", "ftp://", "fenway：address 应当是 https:// 开头的网址"),
        ("https://", "https://user@", "fenway：address 应当是 https:// 开头的网址"),
        ("https://yanlu", "https://言路", "fenway：address 的写法不对"),
        ('"roads"', '"roads.potholes"', "fenway：topics 里 street 对应的 roads.potholes 不是"),
        ("[source.topics]", "[source.topics", "不是正确的 TOML 文件（第 9 行第 15 个字）"),
        ("[source.topics]", "[source.topics]\nx = [", "不是正确的 TOML 文件（第 11 行第 1 个字）"),
    ],
)
def test_a_wrong_setting_is_named_with_its_office(
    portal: Portal, old: str, new: str, said: str
) -> None:
    assert old in ENTRY
    with pytest.raises(SettingsError, match=said):
        _read(portal, ENTRY.replace(old, new))


def test_a_file_of_windows_is_read_or_it_is_said_how_to_save_it(portal: Portal) -> None:
    path = portal.data / "sources.toml"
    path.write_text(ENTRY, "utf-8-sig")
    assert list(read_lower_offices(portal.data, portal.codes)) == [FENWAY]
    path.write_text(ENTRY, "gbk")
    with pytest.raises(SettingsError, match=r"sources.toml：不是 UTF-8 编码。请另存为 UTF-8"):
        read_lower_offices(portal.data, portal.codes)


def test_two_offices_may_share_neither_id_nor_key(portal: Portal) -> None:
    second = ENTRY.replace('region = "fenway"', 'region = "roxbury"')
    with pytest.raises(SettingsError, match="有两个单位用了这个 id"):
        _read(portal, ENTRY + second.replace(KEY, OTHER))
    with pytest.raises(SettingsError, match="log_key 与前面另一个单位的一样"):
        _read(portal, ENTRY + second.replace('id = "fenway"', 'id = "roxbury"'))


def test_offices_whose_regions_are_equal_or_lie_in_each_other_are_named(portal: Portal) -> None:
    roxbury = replace(FENWAY, id="roxbury", region="roxbury")
    twice = replace(FENWAY, id="twice")
    whole = replace(FENWAY, id="whole", region="shili")
    regions = portal.codes["regions"]
    assert overlaps([FENWAY, roxbury], regions) == {}
    assert overlaps([FENWAY, roxbury, twice], regions) == {"fenway": ["twice"], "twice": ["fenway"]}
    assert overlaps([roxbury, whole], regions) == {"roxbury": ["whole"], "whole": ["roxbury"]}
