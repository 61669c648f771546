"""Pages name no office: what differs from one to another comes from its settings."""

from __future__ import annotations

import re
from datetime import date

from conftest import ROOT
from yanlu.settings import Portal, open_portal
from yanlu.website.inserts import inserts

DAY = date(2026, 11, 29)
NAMES = ("office", "notice", "batches", "keys", "records")


def _parts(portal: Portal) -> list[str]:
    found = inserts(portal, ROOT / "theme", DAY)
    return [found[name] for name in NAMES]


def test_the_reference_office_says_that_it_is_a_demonstration(portal: Portal) -> None:
    office, notice, batches, keys, records = _parts(portal)
    assert office == "示例市人民建议征集办公室"
    assert "示例市是虚构的城市" in notice
    assert batches.startswith("这是演示，随时公布")
    assert keys.startswith("这是演示，钥匙是公开的")
    assert "公开数据" in records


def test_an_office_says_what_it_does_and_nothing_of_a_demonstration(portal: Portal) -> None:
    path = portal.data / "office.toml"
    text = path.read_text("utf-8").replace("reference = true", "reference = false")
    text = re.sub(r'^(public_test_\w+|notice) = ".*"$', "", text, flags=re.MULTILINE)
    text = text.replace("batch_least = 1", "batch_least = 5\nbatch_weekday = 2")
    path.write_text(text.replace("示例市人民建议征集办公室", "甲市建议办"), "utf-8")
    assert _parts(open_portal(portal.folder)) == [
        "甲市建议办",
        "",
        "每周三公布一次，满5条才一起公布，免得别人从日子猜出是谁。",
        "开锁的钥匙不在网站的机器上，在办公室另一台电脑里。",
        "",
    ]
