"""Patterns made of word lists: quicker than plain ones, and the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.redact.corpus import PARTS, clean, planted
from yanlu.intake.redact import emails, estates, hotlines, houses, marks, redact, urls
from yanlu.intake.redact.lists import UNUSUAL, choice, table
from yanlu.intake.redact.shadow import cast

SKIPPING = (emails, estates, houses, marks, urls)
SAME_PATCH = [HealthCheck.function_scoped_fixture]
words = st.sets(st.text("王欧阳a.", min_size=1, max_size=4), min_size=1, max_size=8)


def _everywhere(pattern: re.Pattern[str], _: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return pattern.finditer(text)


@given(words, st.text("王欧阳a. ", max_size=30))
def test_a_choice_finds_what_the_words_one_by_one_would_find_the_longest_first(
    options: set[str], text: str
) -> None:
    plain = "|".join(re.escape(word) for word in sorted(options, key=len, reverse=True))
    assert re.findall(choice(options), text) == re.findall(plain, text)


def test_words_may_be_written_with_spaces_where_that_is_said() -> None:
    pattern = re.compile(choice(["姓名", "姓", "qq号"], r"\s{0,4}"))
    found = [one[0] for one in pattern.finditer("姓  名 姓 qq号 q q号")]
    assert found == ["姓  名", "姓", "qq号"]


def test_skipping_to_where_a_match_may_begin_misses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [one for part in PARTS for one in clean(part)]
    texts += [one.text for part in PARTS for one in planted(part)]
    skipped = [redact(text, hotlines()) for text in texts]
    for module in SKIPPING:
        monkeypatch.setattr(module, "each", _everywhere)
    assert [redact(text, hotlines()) for text in texts] == skipped


@given(st.text("12一十第a-@.·号栋单元室村组里 \n东x/:comhtp在我住家妈", max_size=40))
@settings(suppress_health_check=SAME_PATCH)
def test_nor_in_a_text_made_of_beginnings(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    skipped = redact(text, hotlines())
    with monkeypatch.context() as patched:
        for module in SKIPPING:
            patched.setattr(module, "each", _everywhere)
        assert redact(text, hotlines()) == skipped


def test_only_characters_that_are_no_form_of_others_are_read_as_themselves() -> None:
    same = [char for char in map(chr, range(0x10000)) if cast(char).text == char != "\n"]
    assert len(same) > 20_000
    assert [char for char in same if unicodedata.normalize("NFKC", char).lower() != char] == []
    assert [char for char in same if unicodedata.category(char) in ("Cc", "Cf", "Mn", "Me")] == []
    pairs = table("glyphs")["variants"]["pairs"].split()
    assert [cast(pair[0]).text for pair in pairs] == [pair[1] for pair in pairs]


def test_usual_characters_are_neither_controls_nor_letters_of_other_scripts() -> None:
    usual = [char for char in map(chr, range(0x10000)) if not UNUSUAL.match(char)]
    read = table("glyphs")["scripts"]["read"]
    foreign = [
        char
        for char in usual
        if char > "\u036f" and not any(first <= ord(char) <= last for first, last in read)
    ]
    assert len(usual) > 20_000
    assert foreign == []
    assert set(table("glyphs")["letters"]["blank"]).isdisjoint(usual)
    assert "".join(usual).replace("\n", "").isprintable()


def test_no_name_is_kept_in_a_pattern_that_python_remembers() -> None:
    text = "联系人：司徒婉清。司徒婉清说了，找司徒婉清也行。"
    assert "婉清" not in redact(text, hotlines()).redacted
    assert "婉清" not in repr(vars(re)["_cache"])
