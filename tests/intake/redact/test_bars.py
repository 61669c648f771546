"""How much is found, and how often a person is bothered for nothing: issue 4's bars."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from intake.redact import corpus
from intake.redact.corpus import Planted, spellings
from yanlu.intake.redact import hotlines, kinds, redact

PARTS = [path.stem.removeprefix("planted-") for path in sorted(corpus.VECTORS.glob("planted-*"))]
SOFT = frozenset({"name", "address"})  # whose bars are below one hundred in a hundred
MAKERS = {
    "我的身份证号是{}，请核实。": corpus.resident_id,
    "电话{}，请回复。": corpus.mobile,
    "银行卡号{}，请退款。": corpus.card,
}


def _found(text: str, start: int, end: int) -> bool:
    """Whether every letter and digit of a plant is hidden."""
    hidden = {i for s in redact(text, hotlines()).spans for i in range(s.start, s.end)}
    return all(i in hidden or not text[i].isalnum() for i in range(start, end))


def _plants() -> Iterator[tuple[Planted, int, int, str]]:
    for part in PARTS:
        for planted in corpus.planted(part):
            for start, end, kind in planted.plants:
                yield planted, start, end, kind


def test_structured_identities_are_all_found_and_names_and_addresses_nearly_all() -> None:
    known, seen = Counter[str](), Counter[str]()
    missed = []
    for planted, start, end, kind in _plants():
        known[kind] += 1
        found = _found(planted.text, start, end)
        seen[kind] += found
        if not found and kinds()[kind].masked and kind not in SOFT:
            missed.append(planted.text)
    assert missed == []
    assert seen["name"] >= 0.98 * known["name"]
    assert seen["address"] >= 0.95 * known["address"]
    assert min(known["name"], known["address"], known["phone"]) >= 40


@pytest.mark.parametrize("part", PARTS)
def test_of_clean_texts_one_in_ten_at_most_is_sent_to_a_person(part: str) -> None:
    texts = corpus.clean(part)
    sent = [text for text in texts if redact(text, hotlines()).needs_person]
    assert len(sent) <= 0.1 * len(texts), sent


@pytest.mark.parametrize("frame", MAKERS)
def test_every_spelling_of_a_number_is_found(frame: str) -> None:
    make: Callable[[random.Random], str] = MAKERS[frame]
    rng = random.Random(7)  # noqa: S311 - the same numbers in every run
    missed = []
    for _ in range(20):
        for spelling, number in spellings(make(rng), rng):
            text = frame.format(number)
            start = text.index(number)
            if not _found(text, start, start + len(number)):
                missed.append((spelling, number))
    assert missed == []


@pytest.mark.parametrize("planted", [p for part in PARTS for p in corpus.planted(part)])
def test_where_a_person_must_read_the_reviewer_is_told(planted: Planted) -> None:
    redaction = redact(planted.text, hotlines())
    assert redaction.needs_person or not planted.needs_person
    assert redact(planted.text, hotlines()) == redaction


@pytest.mark.parametrize("host", ["mail.example", "x.y.museum", "b.xn--fiqs8s", "信箱.中国"])
def test_an_address_is_an_address_whatever_its_host_ends_with(host: str) -> None:
    text = f"请联系wang@{host}，谢谢。"
    assert redact(text, hotlines()).redacted == "请联系〔邮箱〕，谢谢。"
