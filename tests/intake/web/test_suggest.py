"""The form over real sockets: shown first, stored once, never lost, never a false success."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from doubles.citizen import WRITTEN, Answer, confirmed
from doubles.door import Running, Serving
from yanlu.intake.store.database import opened, rows


def _stored(folder: Path) -> list[dict[str, object]]:
    with opened(folder) as store:
        return rows(store.main, "SELECT * FROM submission ORDER BY day, id")


def test_what_is_confirmed_is_stored_and_the_receipt_leads_to_its_stage(serving: Serving) -> None:
    with serving() as door:
        shown = door.send("/suggest/check", WRITTEN)
        assert shown.status == 200
        assert WRITTEN["matter"] in shown.text
        assert _stored(door.store) == []
        receipt = door.send("/suggest/send", confirmed(door.store, WRITTEN))
        assert receipt.status == 200
        assert receipt.code is not None
        stage = door.send("/check/status", {"code": receipt.code.lower().replace("-", " ")})
        assert "已收到" in stage.text
        [held] = _stored(door.store)
    assert (held["wish"], held["lane"], held["channel"]) == ("summary", "ordinary", "online.site")


def test_the_fields_of_the_confirm_page_are_what_the_store_takes(door: Running) -> None:
    """As a browser would: the page's own hidden fields, sent in time."""
    written = {
        **WRITTEN,
        "matter": "第一行\n第二行 <b>“引号”</b> &amp; 'x'\n\n",
        "word": "老槐树下",
    }
    fields = door.send("/suggest/check", written).fields("/suggest/send")
    soon = door.send("/suggest/send", fields)
    assert soon.status == 422
    assert "点得很快" in soon.text
    again = soon.fields("/suggest/send")
    assert {**dict(fields), "again": "yes"} == dict(again)


def test_the_same_nonce_leads_to_the_same_receipt_after_a_restart_and_after_a_day(
    serving: Serving,
) -> None:
    with serving() as door:
        fields = confirmed(door.store, WRITTEN, seconds=24 * 3600 - 30)
        first = door.send("/suggest/send", fields)
    with serving() as door:
        assert door.send("/suggest/send", fields).code == first.code is not None
        old = confirmed(door.store, WRITTEN, seconds=25 * 3600)
        late = door.send("/suggest/send", old)
        assert late.status == 422
        assert late.code is None
        assert len(_stored(door.store)) == 1
        assert door.metric("yanlu_accepted_total") == 0


@pytest.mark.parametrize("change", [{"matter": "别的话"}, {"consent_words": "yes"}, {"nonce": "x"}])
def test_what_was_not_confirmed_is_shown_again_and_not_stored(
    door: Running, change: dict[str, str]
) -> None:
    before = len(_stored(door.store))
    fields = dict(confirmed(door.store, WRITTEN)) | change
    shown = door.send("/suggest/send", fields)
    assert shown.status == 422
    assert "再看一遍" in shown.text
    carried = dict(shown.fields("/suggest/send"))
    assert carried["matter"] == fields["matter"]
    assert carried["nonce"] != fields["nonce"]
    assert len(_stored(door.store)) == before


def test_a_filled_honeypot_is_asked_about_once_and_then_stored_in_the_lane(door: Running) -> None:
    fields = [*confirmed(door.store, WRITTEN), ("homepage", "http://x.example")]
    asked = door.send("/suggest/send", fields)
    assert asked.status == 422
    assert "浏览器自动填的" in asked.text
    carried = asked.fields("/suggest/send")
    assert "homepage" not in dict(carried)
    human = door.send("/suggest/send", carried)
    assert human.code is not None
    robot = [*confirmed(door.store, WRITTEN), ("homepage", "x"), ("again", "yes")]
    assert door.send("/suggest/send", robot).code is not None
    lanes = [row["lane"] for row in _stored(door.store)]
    assert lanes.count("suspected") == 1


def test_a_honeypot_filled_on_the_form_is_remembered_until_it_is_sent(door: Running) -> None:
    shown = door.send("/suggest/check", {**WRITTEN, "homepage": "http://x.example"})
    assert ("homepage", "http://x.example") in shown.fields("/suggest/send")


FAULTY = {
    "title": {"title": ""},
    "matter": {"matter": "字" * 3001},
    "topic": {"topic": "none"},
    "region": {"region": ""},
    "email": {"email": "x@"},
    "word": {"word": "abc"},
    "child": {"child": "true"},
    "form": {"surprise": "<script>alert(1)</script>"},
}


@pytest.mark.parametrize("field", FAULTY)
def test_a_faulty_form_comes_back_with_every_word_and_a_sentence(door: Running, field: str) -> None:
    written = WRITTEN | {"proposal": "保留 <我> 的字"} | FAULTY[field]
    for path in ("/suggest/check", "/suggest/send"):
        back = door.send(path, written)
        assert back.status == 422
        assert 'class="faults"' in back.text
        assert f'href="#{field}"' in back.text
        assert "保留 &lt;我&gt; 的字" in back.text
        assert "<script>" not in back.text


def test_a_field_that_comes_twice_is_told(door: Running) -> None:
    back = door.send("/suggest/check", [*WRITTEN.items(), ("title", "另一个")])
    assert back.status == 422
    assert "填了不止一次" in back.text


def test_editing_brings_back_the_form_as_it_was(door: Running) -> None:
    fields = door.send("/suggest/check", {**WRITTEN, "phone": "010-12345678"}).fields(
        "/suggest/send"
    )
    back = door.send("/suggest/edit", fields)
    assert back.status == 200
    assert WRITTEN["proposal"] in back.text
    assert 'value="010-12345678"' in back.text
    assert 'class="faults"' not in back.text


def test_the_public_sees_what_the_confirm_page_shows_and_why(door: Running) -> None:
    written = {**WRITTEN, "matter": "我叫王小明，电话是13912345678。", "consent_words": "yes"}
    shown = door.send("/suggest/check", written)
    assert "<mark>〔电话〕</mark>" in shown.text
    assert "电话号码可以直接联系到您" in shown.text
    assert "公布原话：同意" in shown.text
    public = shown.text.partition('<div class="public">')[2].partition("</div>")[0]
    assert "13912345678" not in public
    assert "王小明" not in public


def test_a_child_is_never_published_and_leaves_no_contact(door: Running) -> None:
    written = {**WRITTEN, "child": "yes", "consent_words": "yes", "phone": "13912345678"}
    shown = door.send("/suggest/check", written)
    assert "您不满14周岁：不公布" in shown.text
    assert door.send("/suggest/send", confirmed(door.store, written)).code is not None
    [held] = [row for row in _stored(door.store) if row["child"]]
    assert (held["wish"], held["contact"]) == ("unlisted", None)


@pytest.mark.parametrize(
    ("kind", "counter"), [("claim", "示例大道1号"), ("accusation", "示例大道9号")]
)
def test_what_is_no_suggestion_is_sealed_and_told_where_it_goes(
    door: Running, kind: str, counter: str
) -> None:
    written = {**WRITTEN, "kind": kind, "matter": "街道办的张三收了钱"}
    shown = door.send("/suggest/check", written)
    assert shown.status == 200
    for words in ("依规转送", "加密封存", "不进网站的仓库（git）", counter, f'"/suggest/{kind}/"'):
        assert words in shown.text
    for words in ('class="fault"', 'class="public"', "提出的办法"):
        assert words not in shown.text
    assert "张三" not in shown.text.partition("<form")[0]
    receipt = door.send("/suggest/send", confirmed(door.store, written))
    assert receipt.code is not None
    assert "依规转送有权处理的机关" in receipt.text
    [held] = [row for row in _stored(door.store) if row["kind"] == kind]
    assert (held["redacted"], held["wish"], held["delivery"]) == (None, "unlisted", "kept")


def test_every_script_passes_and_what_turns_the_reading_direction_does_not(door: Running) -> None:
    matter = "يولغا چىراغ كېرەك。བོད་ཡིག ᠮᠣᠩᠭᠣᠯ \u202eabc\u2066 e\u0000\u200b\u0301"
    shown = door.send("/suggest/check", {**WRITTEN, "matter": matter})
    assert shown.status == 200
    [kept] = [v for name, v in shown.fields("/suggest/send") if name == "matter"]
    assert "يولغا چىراغ كېرەك" in kept
    assert "ᠮᠣᠩᠭᠣᠯ" in kept
    assert not re.search("[\u202e\u2066\u0000]", kept)


def _busy(door: Running, times: int) -> list[Answer]:
    return [door.send("/suggest/send", confirmed(door.store, WRITTEN)) for _ in range(times)]


def test_a_busy_address_costs_priority_and_never_entry(serving: Serving) -> None:
    with serving() as door:
        receipts = _busy(door, 23)
        assert all(receipt.code for receipt in receipts)
        lanes = [row["lane"] for row in _stored(door.store)]
    assert (lanes.count("ordinary"), lanes.count("suspected")) == (20, 3)


def test_addresses_are_believed_from_a_named_proxy_only(serving: Serving) -> None:
    with serving("--trusted-proxy=127.0.0.1/32") as door:
        for number in range(25):
            fields = confirmed(door.store, WRITTEN)
            door.send("/suggest/send", fields, X_Forwarded_For=f"192.0.2.{number}")
        assert {row["lane"] for row in _stored(door.store)} == {"ordinary"}
    with serving() as door:
        for number in range(25):
            fields = confirmed(door.store, WRITTEN)
            door.send("/suggest/send", fields, X_Forwarded_For=f"192.0.2.{number}")
        assert "suspected" in {row["lane"] for row in _stored(door.store)}
