"""What a citizen sends: the fields of the form, read strictly and kindly.

Strictly: an unknown field, a field twice, a wrong code or a text too long is a fault that names
the field. Kindly: every fault is found at once, and nothing that was typed is thrown away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from yanlu.errors import InputError

LIMITS: Mapping[str, int] = {  # characters, as a writer counts them
    "title": 60,
    "matter": 3000,
    "proposal": 3000,
    "names": 500,
    "phone": 40,
    "email": 120,
    "post": 300,
    "word": 64,
}
REQUIRED = ("title", "matter", "proposal", "topic", "region")
TICKS = ("consent_summary", "consent_words", "child")
SERVICE = (
    "nonce",
    "masks",
    "homepage",
    "work",
    "again",
    "receipt",
)  # of the service itself, not of the entry
FIELDS = frozenset({*LIMITS, *TICKS, "kind", "topic", "region", "call", "writer"})
LONG = frozenset({"matter", "proposal", "names", "post"})  # may have several lines
REACHED = ("phone", "email", "post", "names")  # the contact
WORD_AT_LEAST = 4
CALLED: Mapping[str, str] = {
    "title": "题目",
    "matter": "现在的情况",
    "proposal": "您的办法",
    "topic": "主题",
    "region": "地区",
    "call": "所属征集",
    "kind": "类别",
    "writer": "谁写的",
    "names": "单位或者联名人",
    "phone": "电话",
    "email": "电子邮箱",
    "post": "通信地址",
    "word": "口令",
    "consent_summary": "公布摘要",
    "consent_words": "公布原话",
    "child": "年龄",
}


class Kind(StrEnum):
    """The three classes of matter, 信访工作条例 (2022) 第二十九条、第三十条、第三十一条."""

    SUGGESTION = "suggestion"
    CLAIM = "claim"
    ACCUSATION = "accusation"


class Writer(StrEnum):
    """Who writes."""

    ONE = "one"
    JOINT = "joint"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Choices:
    """Codes that may be chosen."""

    topics: Collection[str]
    regions: Collection[str]
    calls: Collection[str]


@dataclass(frozen=True)
class Contact:
    """How the office may reach the writer, and who writes with others. Always sealed."""

    phone: str = ""
    email: str = ""
    post: str = ""
    names: str = ""


@dataclass(frozen=True)
class Entry:
    """One form as it was sent, clean and complete. Raw: it exists in memory only."""

    kind: Kind
    title: str
    matter: str
    proposal: str
    topic: str
    region: str
    call: str | None
    writer: Writer
    child: bool
    summary_allowed: bool
    words_allowed: bool
    contact: Contact
    word: str  # the second word; empty: none chosen


@dataclass(frozen=True)
class Faults:
    """Why a form cannot be taken: field → sentence, in the order of the form."""

    said: Mapping[str, str]


def read_entry(fields: Sequence[tuple[str, str]], choices: Choices) -> Entry | Faults:
    """An entry from the pairs of a form, or all that is wrong with it."""
    values = {name: clean(value, name in LONG) for name, value in fields}
    said = {**_unknown(fields), **_missing(values), **_too_long(values), **_codes(values, choices)}
    said |= {name: fault for name, fault in _shapes(values) if name not in said}
    if said:
        order = [*CALLED, *said]
        return Faults({name: said[name] for name in dict.fromkeys(order) if name in said})
    return _entry(values)


def read_contact(fields: Mapping[str, str]) -> Contact:
    """A contact in place of another, from the fields of a form; what is left empty is none.

    Raises:
        InputError: nothing is written, or something is too long or not complete.
    """
    values = {name: clean(fields.get(name, ""), name in LONG) for name in REACHED}
    faults = [*_too_long(values).values(), *(said for _, said in _shapes(values))]
    if not any(values.values()):
        faults = ["没有写新的联系方式。请至少写一样。"]
    if faults:
        raise InputError("".join(faults))
    return Contact(**values)


def clean(text: str, lines: bool) -> str:
    """Text in NFC without controls and without marks that reorder what a reader sees.

    Joiners stay: Uyghur, Tibetan and Mongolian need them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.replace("\n", "").isprintable():  # else nothing falls out: most texts are such
        text = "".join(c for c in text if _printable(c) or c in "\n\t")
    # what fell out may have kept two characters apart: composed afterwards, so that clean text
    # stays as it is when it is cleaned again
    kept = unicodedata.normalize("NFC", text)
    return kept.strip() if lines else " ".join(kept.split())


def _printable(character: str) -> bool:
    """Everything but controls, lone surrogates, unassigned and private characters, bidi marks."""
    if character in _DIRECTING:
        return False
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}


# Explicit directional embeddings, overrides, isolates and marks (Unicode 16, UAX 9, table 3.1),
# and characters that only hide in a text: byte order mark, interlinear and tag characters.
_DIRECTING = frozenset(
    [chr(n) for n in (0x61C, 0x200E, 0x200F, 0xFEFF, 0x2028, 0x2029)]
    + [chr(n) for n in range(0x202A, 0x202F)]
    + [chr(n) for n in range(0x2066, 0x206A)]
    + [chr(n) for n in range(0xFFF9, 0xFFFC)]
    + [chr(n) for n in range(0xE0000, 0xE0080)]
)


def _unknown(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    names = [name for name, _ in fields if name not in SERVICE]
    if any(name not in FIELDS for name in names):
        return {"form": "表单里有本站没有的栏目。请回到提建议的页面，从那里重新填写。"}
    twice = {name for name in names if names.count(name) > 1}
    return {name: f"“{CALLED[name]}”填了不止一次，请只填一次。" for name in twice}


def _missing(values: Mapping[str, str]) -> dict[str, str]:
    verb = {"topic": "选一个", "region": "选一个"}
    return {
        name: f"请{verb.get(name, '填写')}{CALLED[name]}。"
        for name in REQUIRED
        if not any(map(_visible, values.get(name, "")))
    }


def _visible(character: str) -> bool:
    """Whether a reader sees anything of a character that stands alone."""
    shapeless = {"Cf", "Mn", "Me", "Zs", "Zl", "Zp"}
    return unicodedata.category(character) not in shapeless and character not in _BLANK


# Letters and signs that are drawn as nothing: Hangul fillers, the empty Braille pattern, the null
# notehead (Unicode 16, DerivedCoreProperties, Default_Ignorable_Code_Point; names list).
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159\n\t")


def _too_long(values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"{CALLED[name]}最多{limit}个字，现在是{len(values[name])}个。请写短一些。"
        for name, limit in LIMITS.items()
        if len(values.get(name, "")) > limit
    }


def _codes(values: Mapping[str, str], choices: Choices) -> dict[str, str]:
    listed: Mapping[str, Collection[str]] = {
        "topic": choices.topics,
        "region": choices.regions,
        "call": choices.calls,
        "kind": tuple(Kind),
        "writer": tuple(Writer),
    }
    return {
        name: _NOT_OPEN if name == "call" else f"{CALLED[name]}不在可选的范围里，请重新选。"
        for name, codes in listed.items()
        if values.get(name) and values[name] not in codes
    }


_NOT_OPEN = (
    "这次征集没有在进行，可能刚刚截止。请重新选，或者选“不是”：一样办，一样回复，您写的都还在。"
)


def _shapes(values: Mapping[str, str]) -> list[tuple[str, str]]:
    said = [
        (name, f"“{CALLED[name]}”只能打勾或者不打勾。")
        for name in TICKS
        if values.get(name, "") not in {"", "yes"}
    ]
    word, email = values.get("word", ""), values.get("email", "")
    if word and len(word) < WORD_AT_LEAST:
        said.append(("word", f"口令至少{WORD_AT_LEAST}个字，太短容易被别人猜到。"))
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", email):
        said.append(("email", "电子邮箱看起来不完整，请检查一下。"))
    if values.get("phone") and sum(map(str.isdigit, values["phone"])) < 5:
        said.append(("phone", "电话看起来不完整，请检查一下。"))
    return said


def _entry(values: Mapping[str, str]) -> Entry:
    """A child's consent to publication does not count, and a child's contact is not kept.

    个人信息保护法 (2021) 第三十一条: for under-14s a guardian must agree, under rules of its
    own. Ours: what a child wrote is kept as everybody's is, sealed and masked, and the tick
    beside it; contact and names are not, and nothing is ever public.
    """
    child = values.get("child") == "yes"
    return Entry(
        kind=Kind(values.get("kind") or Kind.SUGGESTION),
        title=values["title"],
        matter=values["matter"],
        proposal=values["proposal"],
        topic=values["topic"],
        region=values["region"],
        call=values.get("call") or None,
        writer=Writer(values.get("writer") or Writer.ONE),
        child=child,
        summary_allowed=values.get("consent_summary") == "yes" and not child,
        words_allowed=values.get("consent_words") == "yes" and not child,
        contact=Contact() if child else Contact(*(values.get(name, "") for name in REACHED)),
        word=values.get("word", ""),
    )
