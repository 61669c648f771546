"""The masks that were confirmed are those that are stored, and nobody else can make them."""

from __future__ import annotations

import base64

from hypothesis import given, settings
from hypothesis import strategies as st

from doubles.citizen import WRITTEN, confirmed
from doubles.door import NARROW, Running, Serving
from intake.web.asgi import Inside
from yanlu.intake.entry import clean
from yanlu.intake.redact import redact
from yanlu.intake.web.masks import read_masks, write_masks

KEY = bytes(range(32))
some = st.lists(
    st.sampled_from(
        ["电话13912345678", "我叫王小明，", "住在幸福路8号3单元501，", "〔电话〕", "路灯\n"]
    )
    | st.text(max_size=9)
).map(lambda parts: clean("".join(parts), lines=True))


@settings(deadline=None)  # the first text of a process has the patterns made
@given(texts=st.lists(some, min_size=3, max_size=3, unique=True))
def test_masks_are_read_as_they_were_written(texts: list[str]) -> None:
    made = [redact(text, frozenset()) for text in texts]
    token = write_masks(KEY, "nonce", made)
    if token:
        assert read_masks(KEY, "nonce", token, texts) == dict(zip(texts, made, strict=True))


@given(changed=st.integers(0, 200), by=st.integers(1, 255))
def test_a_changed_token_is_none(changed: int, by: int) -> None:
    text = "电话13912345678"
    token = bytearray(base64.urlsafe_b64decode(write_masks(KEY, "n", [redact(text, frozenset())])))
    token[changed % len(token)] ^= by
    assert read_masks(KEY, "n", base64.urlsafe_b64encode(token).decode(), [text]) is None


@given(token=st.text(max_size=40))
def test_no_text_breaks_the_reading_of_masks(token: str) -> None:
    assert read_masks(KEY, "n", token, ["字"]) is None


def test_masks_serve_their_own_nonce_and_their_own_text_only() -> None:
    text = "电话13912345678"
    token = write_masks(KEY, "n", [redact(text, frozenset())])
    assert read_masks(KEY, "other", token, [text]) is None
    assert read_masks(bytes(32), "n", token, [text]) is None
    assert read_masks(KEY, "n", token, ["电话13912345678。多了"]) is None


def test_more_masks_than_fit_are_left_out() -> None:
    assert write_masks(KEY, "n", [redact("电话13912345678，" * 40, frozenset())]) == ""


def test_the_page_carries_the_masks_it_shows(inside: Inside) -> None:
    written = {**WRITTEN, "matter": "我叫王小明，电话13912345678"}
    fields = dict(inside.send("/suggest/check", list(written.items())).fields("/suggest/send"))
    texts = [written[name] for name in ("title", "matter", "proposal")]
    read = read_masks(inside.service.desk.key, fields["nonce"], fields["masks"], texts)
    assert read is not None
    assert read[written["matter"]].redacted == "我叫〔姓名〕，电话〔电话〕"


def test_what_was_confirmed_is_stored_though_the_mask_has_changed_since(serving: Serving) -> None:
    """At this door the mask itself is broken: only what the page carries can be stored."""
    with serving("mask=broken", program=NARROW) as door:
        fields = dict(confirmed(door.store, WRITTEN))
        texts = [WRITTEN[name] for name in ("title", "matter", "proposal")]
        key = (door.store / "intake.key").read_bytes()
        masks = write_masks(key, fields["nonce"], [redact(t, frozenset()) for t in texts])
        assert _status(door, fields) == 500
        assert _status(door, {**fields, "masks": masks}) == 200


def _status(door: Running, fields: dict[str, str]) -> int:
    return door.send("/suggest/send", fields).status
