"""The front matter of a suggestion: what it may say, and that it cannot say who wrote."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from yanlu.errors import PackageError
from yanlu.model import Fate
from yanlu.packages.heads import HeadError, head_faults
from yanlu.packages.schemas import load_schema
from yanlu.packages.suggestions import (
    Suggestion,
    read_suggestion,
    suggestion_of,
    write_suggestion,
)

SCHEMA = json.loads(
    files("yanlu.packages").joinpath("schemas", "suggestion.schema.json").read_text("utf-8")
)
GOOD: dict[str, Any] = {
    "id": "7k3m9x2p",
    "topic": "lighting",
    "region": "dorchester",
    "month": "2026-10",
    "fate": "replied",
    "publication": "summary",
    "bodies": {"lead": "body-urban"},
    "history": [{"state": "received", "month": "2026-10"}],
    "outcome": "partly-adopted",
    "reason": "经费已列入下一年。",
}


def _valid(front: dict[str, Any]) -> bool:
    return bool(Draft202012Validator(SCHEMA).is_valid(front))


def test_an_ordinary_suggestion_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert _valid(GOOD)


def test_its_fates_are_those_of_the_one_table_but_for_matters_that_leave_no_file() -> None:
    left = {str(fate) for fate in Fate} - {Fate.REDIRECTED}
    assert set(SCHEMA["properties"]["fate"]["enum"]) == left


@pytest.mark.parametrize(
    ("fate", "lost"), [("replied", "outcome"), ("closed", "outcome"), ("replied", "reason")]
)
def test_a_reply_says_what_was_decided_and_why(fate: str, lost: str) -> None:
    front = {**GOOD, "fate": fate}
    assert _valid(front)
    assert not _valid({name: value for name, value in front.items() if name != lost})


def test_a_merged_suggestion_says_where_it_went() -> None:
    assert not _valid({**GOOD, "fate": "merged"})
    assert _valid({**GOOD, "fate": "merged", "merged_into": "8k3m9x2p"})


@pytest.mark.parametrize("key", ["name", "phone", "email", "address", "channel", "writer", "姓名"])
def test_nothing_about_the_writer_can_be_stated(key: str) -> None:
    assert not _valid({**GOOD, key: "x"})


PROMISE = {"what": "装灯", "body": "body-urban", "by": "2027-01-01"}


@pytest.mark.parametrize(
    "change",
    [
        *({"month": month} for month in ("1850-05", "0000-05", "2150-01")),
        *({"reason": words} for words in ("", " \u3000\n")),
        *({"promises": [{**PROMISE, "what": words}]} for words in ("", " ")),
        {"promises": [{**PROMISE, "by": "1800-01-01"}]},
        {"promises": [{**PROMISE, "was": [{**PROMISE}]}]},
        *(
            {"promises": [{**PROMISE, "evidence": address}]}
            for address in ("//evil.example/x", "/\\evil.example", "https:///x", "ftp://a/b")
        ),
        {"history": [{"state": "received", "month": "1850-05"}]},
        {"amended": [{"month": "2026-10", "what": " "}]},
    ],
    ids=str,
)
def test_what_is_empty_or_impossible_is_refused(change: dict[str, Any]) -> None:
    assert not _valid({**GOOD, **change})
    assert list(head_faults({**GOOD, **change}, "suggestion.schema"))


@pytest.mark.parametrize("address", ["/", "/a/b.html", "https://www.shili.example/a"])
def test_evidence_lies_on_the_site_or_elsewhere_on_the_web(address: str) -> None:
    assert _valid({**GOOD, "promises": [{**PROMISE, "evidence": address}]})


@pytest.mark.parametrize(
    "change",
    [
        {"month": "2026-10-05"},
        {"history": [{"state": "received", "month": "2026-10-05"}]},
        {"fate": "lost"},
        {"publication": "unlisted"},
        {"id": "SHORT"},
        {"history": []},
    ],
    ids=["a day", "a day in the history", "unknown fate", "unlisted", "bad id", "no history"],
)
def test_what_must_not_be_public_is_refused(change: dict[str, Any]) -> None:
    assert not _valid({**GOOD, **change})


BY_OTHERS = {
    Fate.REGISTERED, Fate.FORWARDED, Fate.RETURNED, Fate.HANDLING, Fate.REPLIED, Fate.PROMISED,
    Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT,
}  # fmt: skip


@pytest.mark.parametrize("fate", sorted(set(Fate) - {Fate.REDIRECTED}))
def test_every_step_may_say_who_and_why_and_one_of_another_body_must_say_who(fate: Fate) -> None:
    step = {"state": str(fate), "month": "2026-10"}
    steps = [GOOD["history"][0], step]
    told = {**step, "body": "body-urban", "note": "现场看过。"}
    assert _valid({**GOOD, "history": [GOOD["history"][0], told]})
    assert _valid({**GOOD, "history": steps}) == (fate not in BY_OTHERS)
    said = ["经过（history）第2项缺少单位（body）"] if fate in BY_OTHERS else []
    assert list(head_faults({**GOOD, "history": steps}, "suggestion.schema")) == said


SAID: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a state that is mistyped": (
        {"fate": "handeling"},
        ["进展（fate）写得不对：只能写其中一个：received、", "是不是 handling"],
    ),
    "a state in the history": (
        {"history": [{"state": "张三", "month": "2026-10"}]},
        ["经过（history）第1项的状态（state）写得不对：只能写其中一个：received、"],
    ),
    "a day for a month": ({"month": "2026-10-05"}, ["收到的月份（month）", "要写成 2026-06 这样"]),
    "no code": ({"topic": "张三"}, ["主题（topic）写得不对：要写代码表里的代码"]),
    "a name that is mistyped": (
        {"merged_to": "张三"}, ["头部有不认识的名称，是不是 merged_into；只能有：id、topic"],
    ),
    "a name in Chinese": ({"理由": "张三"}, ["头部有不认识的名称，是不是 reason；"]),
    "a name that is none": ({"张三": "x"}, ["头部有不认识的名称；只能有：id、topic"]),
    "one for several": ({"history": "张三"}, ["经过（history）写得不对：要写成几项"]),
    "several for one": ({"reason": ["张三"]}, ["理由（reason）写得不对：要写一个值"]),
    "lines for one": ({"bodies": "张三"}, ["承办单位（bodies）写得不对：要写成几行"]),
    "nothing": ({"reason": " "}, ["理由（reason）写得不对：不能空着"]),
    "too much": ({"reason": "张三" * 201}, ["理由（reason）写得不对：太长，最多400字"]),
    "no step": ({"history": []}, ["经过（history）写得不对：至少要有一项"]),
    "a promise without words": (
        {"promises": [{"body": "body-urban", "by": "2026-02-30"}]},
        ["承诺（promises）第1项缺少内容（what）", "第1项的期限（by）写得不对：要写成 2026-06-30"],
    ),
}  # fmt: skip
SCHEMA_WORDS = (
    "enum",
    "pattern",
    "format",
    "required",
    "type：",
    "additional",
    "oneOf",
    "history.",
)


@pytest.mark.parametrize("name", SAID)
def test_what_a_head_may_not_say_is_told_in_words_with_what_it_may_and_never_repeated(
    name: str,
) -> None:
    change, words = SAID[name]
    said = "\n".join(head_faults({**GOOD, **change}, "suggestion.schema"))
    assert [word for word in words if word not in said] == []
    assert [word for word in (*SCHEMA_WORDS, "张三") if word in said] == []


@pytest.mark.parametrize("schema", ["suggestion.schema", "call.schema", "proposal.schema"])
def test_every_part_of_a_head_has_a_title_and_every_pattern_its_words(schema: str) -> None:
    words = tomllib.loads(files("yanlu.packages").joinpath("head_words.toml").read_text("utf-8"))
    for node in _nodes(load_schema(schema)):
        for key, part in node["properties"].items() if "additionalProperties" in node else ():
            assert "title" in part, key
        assert node.get("pattern", r"\S") in words["patterns"]
        assert node.get("type", "string") in words["types"]


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """All parts of a schema that say what a value may be."""
    if isinstance(node, dict):
        yield node if not isinstance(node.get("type"), dict) else {}
        for part in node.values():
            yield from _nodes(part)


def test_all_that_is_wrong_with_a_head_is_told_at_once() -> None:
    bad = {**GOOD, "fate": "lost", "month": "x", "topic": "A B"}
    content = write_suggestion(Suggestion(GOOD, "题", "文"))
    content = content.replace("fate: replied", "fate: lost").replace("topic: ", "topic: A ")
    with pytest.raises(HeadError) as refused:
        read_suggestion(content)
    assert len(refused.value.faults) == 2
    assert len(list(head_faults(bad, "suggestion.schema"))) == 3


def test_the_mark_that_editors_put_before_a_file_is_passed_over() -> None:
    content = write_suggestion(Suggestion(GOOD, "题", "文")).encode()
    assert suggestion_of(b"\xef\xbb\xbf" + content) == suggestion_of(content)


SLIPS = {
    "a wide colon": ("fate: replied", "fate：replied", "第 6 行的冒号是全角的“：”"),
    "a tab": ("  lead: ", "\tlead: ", "第 9 行用了制表符"),
    "no blank": ("fate: replied", "fate:replied", "第 6 行的冒号后面少一个空格"),
    "another mark": ("<!-- 回复 -->", "<!--回复-->", "要写成 <!-- 回复 -->，原来的写成"),
    "a mark in words": ("<!-- 回复 -->", "<!-- 原回复 2026年10月 -->", "要写成 <!-- 回复 -->"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_of_the_hand_is_told_with_its_line_and_how_to_write_it(name: str) -> None:
    old, new, words = SLIPS[name]
    content = write_suggestion(Suggestion(GOOD, "题", "文", "张三。"))
    assert old in content
    with pytest.raises(PackageError) as refused:
        read_suggestion(content.replace(old, new, 1))
    assert words in str(refused.value)
    assert "张三" not in str(refused.value)
