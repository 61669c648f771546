"""The lines of the log, and what an event line hides: one way to write each."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import receipt_vectors as vectors
from yanlu.errors import LogError
from yanlu.receipts.commitments import canonical, event_line
from yanlu.receipts.lines import (
    BatchLine,
    EventLine,
    KeyLine,
    ReleaseLine,
    SiteLine,
    read_line,
)

counts = st.integers(0, 999_999_999)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
names = st.from_regex(r"[a-z0-9][a-z0-9.-]*", fullmatch=True)
versions = st.from_regex(r"[0-9]+(\.[0-9]+){0,2}", fullmatch=True)
every_line = st.one_of(
    st.builds(BatchLine, st.dates(min_value=date(1000, 1, 1)), counts, counts),
    st.builds(EventLine, st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32)),
    st.builds(
        ReleaseLine, names, versions.filter(str.isascii), digests, counts, st.none() | counts
    ),
    st.builds(SiteLine, digests, digests),
    st.builds(KeyLine, st.sampled_from(["log", "intake"]), st.just(vectors.key("log"))),
)


@given(every_line)
def test_every_line_reads_back(line: object) -> None:
    assert read_line(str(line)) == line


@given(every_line, st.data())
def test_a_line_has_one_form_and_any_edit_says_something_else(
    line: object, data: st.DataObject
) -> None:
    text = str(line)
    at = data.draw(st.integers(0, len(text)))
    edited = text[:at] + data.draw(st.sampled_from([" ", "0", "A", "\n", "x"])) + text[at:]
    try:
        assert read_line(edited) != line
        assert str(read_line(edited)) == edited
    except LogError:
        pass


def test_the_lines_of_the_vectors_are_ours_but_for_the_old_form_of_a_site() -> None:
    unread = []
    for entry in vectors.entries():
        try:
            assert str(read_line(entry.decode())) == entry.decode()
        except LogError:
            unread.append(entry.split()[0])
    assert unread == [b"site/1"]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "note/1 hello",
        "batch/1 2026-02-30 events:8 public:0",
        "batch/1 2026-11-23 events:08 public:0",
        "batch/1 20261123 events:8 public:0",
        "event/1 " + "A" * 32 + " " + "a" * 64,
        "event/1 " + "a" * 32 + "  " + "a" * 64,
        "release/1 Statistics 1 sha256:" + "a" * 64 + " 1",
        "release/1 statistics 1 " + "a" * 64 + " 1",
        "site/1 git:" + "0" * 40 + " sha256:" + "a" * 64,
        "key/1 clerk " + vectors.key("log").vkey,
        "key/1 log portal.example/log+00000000+AAAA",
    ],
)
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(LogError):
        read_line(line)


@pytest.mark.parametrize("name", ["receipt-1", "receipt-2"])
def test_commitments_agree_with_the_vectors(name: str) -> None:
    receipt = vectors.load(f"{name}.json")
    for event in receipt["events"]:
        assert canonical(event["message"]).decode() == event["message_jcs"]
        line = event_line(bytes.fromhex(receipt["secret"]), event["i"], event["message"])
        assert str(line) == event["entry"]


def test_an_altered_text_does_not_match_its_line() -> None:
    told = vectors.load("bad/altered-body.json")
    line = event_line(bytes.fromhex(told["secret"]), told["i"], told["message"])
    sealed = read_line(told["entry"])
    assert isinstance(sealed, EventLine)
    assert line.label == sealed.label
    assert line.commitment != sealed.commitment


@given(st.dictionaries(st.text("abcXYZ019_", max_size=5), st.text()))
def test_a_message_has_one_form_and_reads_back(message: dict[str, str]) -> None:
    try:
        written = canonical(message)
    except LogError:
        return
    assert json.loads(written) == message
    assert canonical(dict(sorted(message.items(), reverse=True))) == written


@pytest.mark.parametrize(
    "message", [{"名": "x"}, {"a": "x\r\n"}, {"a": "e\N{COMBINING ACUTE ACCENT}"}, {"a": "\ud800"}]
)
def test_a_message_with_two_forms_is_refused(message: dict[str, str]) -> None:
    with pytest.raises(LogError, match="凭证"):
        canonical(message)
