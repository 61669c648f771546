"""The confirm page shows the redacted text itself, cut where it was masked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from yanlu.intake.entry import Choices, Entry, read_entry
from yanlu.intake.redact import Redaction, kinds, redact
from yanlu.intake.web.confirm import pieces, shown

CHOICES = Choices({"t"}, {"r"}, set())
PHONE = "电话13912345678"
some = st.lists(
    st.sampled_from(
        [PHONE, "我叫王小明，", "住在幸福路8号3单元501，", "〔电话〕", "a@b.cn ", "路灯\n"]
    )
    | st.text(max_size=12)
).map("".join)


def _entry(**changes: str) -> Entry:
    written = {"title": "题", "matter": "事", "proposal": "办", "topic": "t", "region": "r"}
    entry = read_entry(list((written | changes).items()), CHOICES)
    assert isinstance(entry, Entry)
    return entry


def _masked(entry: Entry) -> dict[str, Redaction]:
    return {n: redact(getattr(entry, n), frozenset()) for n in ("title", "matter", "proposal")}


@settings(deadline=None)  # the first text waits for the word lists
@given(text=some)
def test_the_pieces_are_the_redacted_text(text: str) -> None:
    redaction = redact(text, frozenset())
    cut = list(pieces(redaction))
    assert "".join(piece.text for piece in cut) == redaction.redacted
    masked = [span.kind for span in redaction.spans if kinds()[span.kind].masked]
    assert [piece.mask.code for piece in cut if piece.mask] == masked


def test_what_was_masked_is_counted_and_explained() -> None:
    entry = _entry(title=PHONE, matter=f"{PHONE}或者13812345678", proposal="我叫王小明")
    facts = shown(entry, _masked(entry))
    assert {(m["name"], m["count"]) for m in facts["masked"]} == {("电话", 3), ("姓名", 1)}
    assert all(m["why"] == kinds()[code].why for m, code in zip(
        facts["masked"], ("phone", "name"), strict=True
    ))  # fmt: skip


def test_what_is_published_follows_the_consents() -> None:
    said = {
        "none": {},
        "summary": {"consent_summary": "yes"},
        "words": {"consent_words": "yes"},
    }
    for publication, consents in said.items():
        entry = _entry(**consents)
        assert shown(entry, _masked(entry))["publication"] == publication


def test_of_a_claim_nothing_is_public() -> None:
    entry = _entry(kind="claim", consent_words="yes")
    facts = shown(entry, _masked(entry))
    assert facts["publication"] == "none"
    assert facts["public"] == {"title": [], "matter": [], "proposal": []}
