"""Reading the form: every fault at once, nothing lost, nothing unknown let through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.intake.entry import FIELDS, LIMITS, Choices, Contact, Entry, Faults, clean, read_entry

CHOICES = Choices({"roads", "lighting"}, {"dorchester"}, {"call-1"})
GOOD = {
    "title": "修路灯",
    "matter": "路灯坏了半年。\r\n晚上看不清。",
    "proposal": "请修好，并在灯杆上写报修电话。",
    "topic": "lighting",
    "region": "dorchester",
}


def _entry(**fields: str) -> Entry:
    read = read_entry(list({**GOOD, **fields}.items()), CHOICES)
    assert isinstance(read, Entry)
    return read


def _faults(*extra: tuple[str, str], **fields: str) -> dict[str, str]:
    read = read_entry([*({**GOOD, **fields}.items()), *extra], CHOICES)
    assert isinstance(read, Faults)
    return dict(read.said)


def test_consents_are_off_unless_ticked_one_by_one() -> None:
    assert (_entry().summary_allowed, _entry().words_allowed) == (False, False)
    words = _entry(consent_words="yes")
    assert (words.summary_allowed, words.words_allowed) == (False, True)


def test_of_a_child_nothing_is_published_and_no_contact_is_kept() -> None:
    child = _entry(child="yes", consent_summary="yes", consent_words="yes", phone="13800000000")
    assert (child.summary_allowed, child.words_allowed, child.contact) == (False, False, Contact())


@pytest.mark.parametrize("blank", ["\u200b", "\u3164", "\u2800\u00ad", "\u2060\ufe0f \u115f"])
@pytest.mark.parametrize("name", ["title", "matter", "proposal"])
def test_a_text_of_which_nobody_sees_anything_is_none(name: str, blank: str) -> None:
    assert list(_faults(**{name: blank * 3})) == [name]


def test_all_faults_are_told_at_once_in_the_order_of_the_form() -> None:
    said = _faults(title="", matter="长" * 3001, topic="nothing", email="a@", word="一")
    assert list(said) == ["title", "matter", "topic", "email", "word"]
    assert "3000" in said["matter"]
    assert "3001" in said["matter"]


@pytest.mark.parametrize("name", ["name", "姓名", "__proto__", "title[]"])
def test_an_unknown_field_is_refused_without_quoting_it(name: str) -> None:
    said = _faults((name, "x"))
    assert list(said) == ["form"]
    assert name not in said["form"]


def test_a_field_that_comes_twice_is_not_guessed_at() -> None:
    assert "不止一次" in _faults(("title", "另一个"))["title"]


@pytest.mark.parametrize(("name", "value"), [("consent_words", "on"), ("kind", "x"), ("call", "y")])
def test_only_what_the_form_offers_can_be_chosen(name: str, value: str) -> None:
    assert name in _faults(**{name: value})


@pytest.mark.parametrize(
    "text",
    ["ئۇيغۇر تىلى", "བོད་ཡིག", "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ᠌", "می‌خواهم", "👨‍👩‍👧 一家", "𠮷野家"],
)
def test_every_script_passes_as_it_is(text: str) -> None:
    assert clean(text, lines=False) == unicodedata.normalize("NFC", text)


def test_marks_that_reorder_or_hide_text_are_taken_out() -> None:
    hidden = "a\u202eb\u2066c\u200fd\ufeffe\x00f\x1bg\U000e0041h\ue000"
    assert clean(hidden, lines=False) == "abcdefgh"


@given(st.text(max_size=300), st.booleans())
def test_cleaning_twice_is_cleaning_once(text: str, lines: bool) -> None:
    once = clean(text, lines)
    assert clean(once, lines) == once
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in once)


@given(
    st.lists(st.tuples(st.sampled_from(sorted(FIELDS)) | st.text(max_size=8), st.text(max_size=80)))
)
def test_any_form_is_an_entry_or_faults_that_say_something(pairs: list[tuple[str, str]]) -> None:
    read = read_entry(pairs, CHOICES)
    if isinstance(read, Faults):
        assert all(read.said.values())
    else:
        assert all(len(getattr(read, name)) <= LIMITS[name] for name in ("title", "matter"))
