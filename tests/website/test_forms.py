"""The form, the pages that answer it, and the pages that send people elsewhere."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import ROOT
from website.samples import CONFIRM, FAULTS, PAGES, RECEIPT, TYPED, rendered
from website.test_theme import CHECK
from website.typography import badly_set
from yanlu.errors import BuildError
from yanlu.intake.entry import FIELDS, LIMITS, TICKS, WORD_AT_LEAST
from yanlu.settings import Portal, open_portal
from yanlu.website.inserts import fill, form_choices, inserts

THEME = ROOT / "theme"
SCRIPT = '<script src="/assets/js/work.js" defer></script>'  # of the confirm page alone
DAY = date(2026, 11, 25)
CONTROLS = ("input", "textarea", "select")
ASKED = FIELDS - {"kind", "call"}  # a suggestion unless said otherwise; a call while one is open


class Elements(HTMLParser):
    """All elements of the main part of a page as (tag, attributes), in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str]]] = []
        main = html.partition("<main")[2] or html
        self.feed(main.partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, {name: value or "" for name, value in attrs}))

    def of(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.all if tag in tags]

    def controls(self) -> list[dict[str, str]]:
        return [c for c in self.of(*CONTROLS) if c.get("type") != "hidden"]


@pytest.fixture(scope="module")
def written(site: Path) -> str:
    """The page with the form, as it is published."""
    return (site / "suggest" / "write" / "index.html").read_text("utf-8")


def test_the_form_asks_for_what_the_intake_reads_and_nothing_else(written: str) -> None:
    names = {control["name"] for control in Elements(written).controls()}
    assert names - {"call"} == ASKED | {"homepage"}


def test_a_call_is_asked_for_only_while_one_is_open() -> None:
    assert 'name="call"' not in rendered("form")
    assert 'name="call"' in rendered("form-with-calls")


def test_a_call_is_offered_from_its_first_day_to_its_last(portal: Portal) -> None:
    shutil.copytree(ROOT / "data" / "calls", portal.data / "calls")
    days = ("2026-11-08", "2026-11-09", "2026-12-18", "2026-12-19")
    offered = [form_choices(portal, date.fromisoformat(day))["calls"] for day in days]
    lifts = {"code": "lifts-2027", "title": "老旧住宅加装电梯和楼道改造三年计划（草案）"}
    assert offered == [[], [lifts], [lifts], []]
    (portal.data / "calls" / "lifts-2027.md").write_text("---\nbroken", "utf-8")
    assert form_choices(portal, DAY)["calls"] == []  # and the form is there all the same


def test_the_confirm_page_names_the_call() -> None:
    assert "回应的征集：道路与人行道。" in rendered("confirm-words")


def test_the_limits_that_the_form_names_are_those_of_the_intake(written: str) -> None:
    for name in ("title", "matter", "proposal"):
        hint = re.search(rf'id="{name}-hint">(.*?)</p>', written)
        assert hint
        assert f"最多{LIMITS[name]}个字" in hint[1]
    assert f"{WORD_AT_LEAST}个字以上" in written


def test_nothing_is_agreed_to_beforehand(written: str) -> None:
    ticks = {c["id"]: c for c in Elements(written).controls() if c.get("type") == "checkbox"}
    assert set(ticks) == set(TICKS)
    assert not any("checked" in tick for tick in ticks.values())


@pytest.mark.parametrize("name", PAGES)
def test_no_browser_cuts_or_refuses_what_is_typed(name: str) -> None:
    for control in Elements(rendered(name)).controls():
        assert not {"maxlength", "minlength", "required", "pattern"} & control.keys()


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_label_and_every_reference_leads_to_something(name: str) -> None:
    page = Elements(rendered(name))
    ids = [a["id"] for _, a in page.all if "id" in a]
    assert len(ids) == len(set(ids))
    labels = [label["for"] for label in page.of("label")]
    assert sorted(labels) == sorted(control["id"] for control in page.controls())
    for _, attributes in page.all:
        said = f"{attributes.get('aria-describedby', '')} {attributes.get('aria-labelledby', '')}"
        assert set(said.split()) <= set(ids)


@pytest.mark.parametrize("name", PAGES)
def test_an_answered_page_has_one_heading_good_chinese_and_no_code(name: str) -> None:
    html = rendered(name)
    assert html.count(SCRIPT) == (PAGES[name][0] == "confirm.html")
    html = html.replace(SCRIPT, "")
    assert html.count("<h1") == 1
    assert badly_set(html) == []
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", html)


def test_faults_stand_at_the_top_and_beside_their_fields() -> None:
    html = rendered("form-mended")
    top = re.search(r'<div class="faults".*?</div>', html, re.S)
    assert top
    assert re.findall(r'href="#(\w+)"', top[0]) == list(FAULTS)
    wrong = {c["id"]: c for c in Elements(html).controls() if c.get("aria-invalid") == "true"}
    assert set(wrong) == set(FAULTS)
    for name, said in FAULTS.items():
        assert f'<p class="fault" id="{name}-fault">{said}</p>' in html
        assert f"{name}-fault" in wrong[name]["aria-describedby"]


def test_what_was_typed_is_kept_where_something_is_to_be_mended() -> None:
    html = rendered("form-mended")
    for name in ("title", "names", "phone", "proposal"):
        assert TYPED[name] in html
    assert f">\n{TYPED['matter']}</textarea>" in html
    assert re.search(r'<option value="back-bay" selected>', html)
    assert re.search(r'id="writer-joint"[^>]* checked', html)
    assert re.search(r'id="consent_words"[^>]* checked', html)
    assert not re.search(r'id="consent_summary"[^>]* checked', html)


def _hostile(value: Any, key: str = "") -> Any:
    """The same context with markup in all its words but those that templates compare."""
    if isinstance(value, str):
        kept = key in {"since", "month", "kind", "publication", "code"}
        return value if kept else f'{value}"><script>alert(1)</script>'
    if isinstance(value, Mapping):
        return {name: _hostile(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hostile(inner, key) for inner in value]
    return value


@pytest.mark.parametrize("name", PAGES)
def test_whatever_people_type_stays_text(name: str) -> None:
    html = rendered(name, **_hostile(PAGES[name][1]))
    assert "<script" not in html.replace(SCRIPT, "").replace(CHECK, "")


def test_the_confirm_page_shows_what_stands_in_the_place_of_a_mask() -> None:
    shown = re.search(r'<div class="public">.*?</div>', rendered("confirm-words"), re.S)
    assert shown
    assert "<mark>〔电话〕</mark>" in shown[0]
    assert "139 1234 5678" not in shown[0]


def test_the_confirm_page_carries_every_field_to_both_its_buttons() -> None:
    html = rendered("confirm-words")
    page = Elements(html)
    hidden = [(c["name"], c["value"]) for c in page.of("input")]
    assert hidden == [*CONFIRM["fields"], ("work", ""), ("receipt", "none")]
    (form,) = page.of("form")
    assert form["action"] == "/suggest/send"
    assert [b.get("formaction") for b in page.of("button")] == [None, "/suggest/edit"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("confirm-words", "网上出现的就是下面这些"),
        ("confirm-summary", "您的原话不公布"),
        ("confirm-none", "网上什么都不会出现"),
        ("confirm-child", "不满14周岁：不公布，不存联系方式"),
        ("confirm-again", "请再看一遍"),
    ],
)
def test_the_confirm_page_says_what_follows_from_the_consents(name: str, sentence: str) -> None:
    assert sentence in rendered(name)


@pytest.mark.parametrize("kind", ["a-claim", "an-accusation"])
def test_of_what_is_no_suggestion_the_confirm_page_says_what_will_happen(kind: str) -> None:
    html = rendered(f"confirm-of-{kind}")
    for words in ("加密封存", "登记", "已依规转送", "不进网站，也不进网站的仓库", "示例大道1号"):
        assert words in html
    assert f'href="/suggest/{kind.partition("-")[2]}/"' in html
    assert ("不给被检举的人和单位" in html) == (kind == "an-accusation")
    for words in ("现在的情况", "提出的办法", "遮了什么", "公布摘要", "公布原话"):
        assert words not in html


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("confirm")])
def test_no_heading_of_the_confirm_page_stands_over_nothing(name: str) -> None:
    html = rendered(name)
    assert not re.search(r"<(h\d|p|li|dd|ul|ol)>\s*</\1>", html)
    for level, after in re.findall(r"<h(\d)>[^<]*</h\d>\s*<(/?\w+)", html):
        assert after[0] != "/"
        assert after != "form"
        assert after[0] != "h" or after[1:] > level


def test_the_receipt_shows_the_code_once_in_seven_groups_and_no_word() -> None:
    html = rendered("receipt")
    assert re.findall(r"<span>(\w{4})</span>", html) == RECEIPT["code"]
    assert "2026年11月25日" in html
    assert "yanlu.shili.example/check/" in html
    assert 'name="word"' not in html


DEMO = "这是演示，寄到这里的内容谁都能打开，请不要写真的"


def test_where_the_private_key_is_public_it_is_said_and_nowhere_else() -> None:
    for name in ("form", "confirm-words", "confirm-of-a-claim"):
        here, there = rendered(name), rendered(name, office=_real_office())
        assert DEMO in here
        assert "钥匙不在网站的机器上" not in here
        assert DEMO not in there
        assert ("钥匙不在网站的机器上" in there) == (name != "confirm-words")


def _real_office() -> Any:
    settings = msgspec.to_builtins(open_portal(ROOT).settings)
    return {**settings, "intake": {**settings["intake"], "public_test_identity": None}}


def test_browsers_may_bring_back_what_was_written_and_do_not_remember_it(written: str) -> None:
    """Off, they lose it on the way back; a line of its own they would suggest to the next."""
    for control in Elements(written).of("textarea"):
        if control["name"] in {"title", "matter", "proposal"}:
            assert "autocomplete" not in control
    assert "title" not in {control["name"] for control in Elements(written).of("input")}


def test_a_claim_is_told_that_it_is_forwarded_and_not_published() -> None:
    for name in ("confirm-of-a-claim", "receipt-of-a-claim", "status-of-a-claim"):
        html = rendered(name)
        assert "依规转送有权处理的机关" in html
        assert re.search("不公布|网上什么都不会出现", html)


def test_the_rest_needs_a_word_and_where_none_was_chosen_a_telephone() -> None:
    names = [c["name"] for c in Elements(rendered("status")).controls()]
    assert set(names) == {"code", "act", "wish", "word", "phone", "email", "post", "names"}
    assert 'value="correct"' not in rendered("status-forwarded")
    assert 'value="withdraw"' not in rendered("status-forwarded")
    assert "不能再撤回" in rendered("status-forwarded")
    assert "另写一份" in rendered("status-forwarded")
    assert "下一次更新网站时公布" in rendered("status-before-the-site")
    assert Elements(rendered("status-with-code")).of("input")[0]["type"] == "hidden"
    assert "<form" not in rendered("status-without-word")
    assert "/suggest/lost/" in rendered("status-without-word")


def test_a_refusal_loses_nothing_and_names_the_other_ways() -> None:
    html = rendered("refused")
    assert 'action="/suggest/send"' in html
    assert [c["value"] for c in Elements(html).of("input")][: len(TYPED)] == list(TYPED.values())
    for way in ("打电话", "写信", "到窗口"):
        assert way in html
        assert way in rendered("refused-for-good")
    assert "<form" not in rendered("refused-for-good")


def test_the_notice_says_who_why_what_how_long_and_which_rights(written: str) -> None:
    """个人信息保护法 (2021) 第十七条、第三十条; 网络数据安全管理条例 (2024) 第二十一条."""
    notice = re.search(r'<section class="notice-box".*?</section>', written, re.S)
    assert notice
    for words in (
        "示例市人民建议征集办公室", "示例大道1号", "000-0000 0000", "研究您的建议，回复您",
        "加密", "过90日删除", "过180日删除", "撤回", "法院", "不满14周岁", "/about/privacy/",
    ):  # fmt: skip
        assert words in notice[0]


def test_the_days_on_the_pages_are_those_of_the_office(portal: Portal) -> None:
    path = portal.data / "office.toml"
    text = path.read_text("utf-8").replace("contact_days = 90", "contact_days = 33")
    path.write_text(text.replace("text_days = 180", "text_days = 44"), "utf-8")
    parts = inserts(open_portal(portal.folder), THEME, DAY)
    assert "过33日删除" in parts["form"]
    assert "过44日删除" in parts["form"]
    assert (parts["contact-days"], parts["text-days"]) == ("33", "44")


def test_no_page_promises_what_masking_cannot_hold(site: Path) -> None:
    """个人信息保护法 (2021) 第七十三条: masked text is de-identified, not anonymised."""
    pages = [path.read_text("utf-8") for path in site.rglob("*.html")]
    for html in [*pages, *map(rendered, PAGES)]:
        assert not re.search("匿名|无法还原|不可还原|不可能认出", html)


def test_the_first_question_has_three_answers_and_a_telephone_at_the_end(site: Path) -> None:
    html = (site / "suggest" / "index.html").read_text("utf-8")
    answers = re.search(r'<div class="answers">.*?</div>', html, re.S)
    assert answers
    links = re.findall(r'href="([^"]+)"', answers[0])
    assert links[:3] == ["write/", "claim/", "accusation/"]
    assert "000-0000 0000" in answers[0].rpartition("<li>")[2]


@pytest.mark.parametrize("place", ["claim", "accusation", "lost"])
def test_pages_that_send_people_elsewhere_take_nothing(site: Path, place: str) -> None:
    html = (site / "suggest" / place / "index.html").read_text("utf-8")
    assert not Elements(html).of("form", "button", *CONTROLS)


def test_an_accusation_is_told_that_the_accused_must_not_learn_of_it(site: Path) -> None:
    html = (site / "suggest" / "accusation" / "index.html").read_text("utf-8")
    assert "不得透露或者转给被检举、揭发的人和单位" in html
    assert "《信访工作条例》（2022年）第三十条第三款" in html


@pytest.mark.parametrize("place", ["suggest", "suggest/write", "suggest/claim", "check"])
def test_pages_of_the_intake_may_be_found_by_search_engines(site: Path, place: str) -> None:
    assert 'name="robots"' not in (site / place / "index.html").read_text("utf-8")


def test_the_frame_is_empty_and_nobody_is_led_to_it(site: Path) -> None:
    frame = (site / "suggest" / "answer" / "index.html").read_text("utf-8")
    article = re.search(r"<article>(.*?)</article>", frame, re.S)
    assert article
    assert article[1].strip() == "<!-- answer -->"
    assert '<meta name="robots" content="noindex, noarchive">' in frame
    assert "canonical" not in frame
    for page in site.rglob("*.html"):
        assert "suggest/answer" not in page.read_text("utf-8"), page
    names = ET.parse(site / "sitemap.xml").getroot().itertext()  # noqa: S314 - our own file
    assert not any("suggest/answer" in name for name in names)


def test_no_mark_is_left_on_any_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        marks = set(re.findall(r"<!--.*?-->", page.read_text("utf-8")))
        assert marks <= {"<!-- answer -->"}, page


def test_every_counter_of_the_table_is_shown_with_all_that_is_known(portal: Portal) -> None:
    row = (
        "office-discipline,city,shili,discipline,示例市纪委监委信访室（虚构示例）,示例大道9号,"
        "工作日9:00–12:00,000-0000 0010,有坡道,示例湖公交站,请走东门,2026-11-25\n"
    )
    table = portal.data / "guidance" / "offices.csv"
    others = [line for line in table.read_text("utf-8").splitlines() if ",discipline," not in line]
    table.write_text("\n".join(others) + "\n", "utf-8")
    assert "还没有登记" in inserts(portal, THEME, DAY)["offices-discipline"]
    with table.open("a", encoding="utf-8") as file:
        file.write(row)
    shown = inserts(portal, THEME, DAY)["offices-discipline"]
    for words in row.split(",")[4:-1]:
        assert words in shown


def test_a_mark_that_means_nothing_stops_the_build(portal: Portal) -> None:
    with pytest.raises(BuildError, match=r"suggest/claim\.md.*offices-circus"):
        fill({"suggest/claim.md": "<!-- offices-circus -->"}, inserts(portal, THEME, DAY))


def test_places_are_asked_no_finer_than_a_district_and_topics_by_group(portal: Portal) -> None:
    with (portal.data / "codes" / "regions.csv").open("a", encoding="utf-8") as file:
        file.write("old-town,老城街道,back-bay,town,,2015-01-01,\n")
    with (portal.data / "codes" / "topics.csv").open("a", encoding="utf-8") as file:
        file.write("past,过去的主题,,,2015-01-01,2025-12-31\n")
    choices = form_choices(portal, DAY)
    regions = [choice["code"] for choice in choices["regions"]]
    topics = [choice["code"] for choice in choices["topics"]]
    assert regions[0] == "shili"
    assert "back-bay" in regions
    assert "old-town" not in regions
    assert "lighting" in topics
    assert not {"past", "lighting.outages"} & set(topics)
