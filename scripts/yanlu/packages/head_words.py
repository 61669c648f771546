"""What a schema does not allow in a head, in words: where, what may stand there instead.

What stands there is never repeated: whoever writes into the wrong place may write anything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from yanlu.packages.schemas import load_schema

_CLOSE = 0.6  # from which likeness on a word is taken for one that was mistyped
Node = Mapping[str, Any]


def told(error: Any, schema: str) -> str:
    """One fault that jsonschema-rs found, as a sentence without its full stop."""
    path, kind = list(error.instance_path), error.kind
    place, node = _walk(load_schema(schema), path)
    if kind.name == "required":
        return f"{place or '头部'}缺少{_named(node, kind.property)}"
    if kind.name == "additionalProperties":
        known = {part.get("title", key): key for key, part in node["properties"].items()}
        written = [known.get(one, one) for one in kind.unexpected]  # 理由 for reason
        names = list(node["properties"])
        return (
            f"{place or '头部'}有不认识的名称{_meant(written, names)}；只能有：{'、'.join(names)}"
        )
    return f"{place or '头部'}写得不对：{_rule(error, node)}"


def _rule(error: Any, node: Node) -> str:
    """What may stand there."""
    kind = error.kind
    if kind.name == "enum":
        return f"只能写其中一个：{'、'.join(kind.options)}{_meant([error.instance], kind.options)}"
    if kind.name.startswith("oneOf"):
        options = {one["const"]: one["title"] for one in node["oneOf"]}
        listed = "、".join(f"{code}（{title}）" for code, title in options.items())
        return f"只能写其中一个：{listed}{_meant([error.instance], list(options))}"
    if kind.name == "pattern":
        return _words()["patterns"].get(kind.pattern, "请对照数据字典")
    if kind.name == "format":
        return "要写成 2026-06-30 这样的日子，并且真有这一天"
    if kind.name == "type":
        return "，或者".join(_words()["types"].get(one, "请对照数据字典") for one in kind.types)
    if kind.name == "maxLength":
        return f"太长，最多{kind.limit}字"
    if kind.name == "minItems":
        return "至少要有一项"
    return "有两项一样" if kind.name == "uniqueItems" else "请对照数据字典"


def _meant(written: Sequence[Any], known: Sequence[str]) -> str:
    """A word of ours that a mistyped one comes close to."""
    texts = [one for one in written if isinstance(one, str)]
    close = [match for one in texts for match in get_close_matches(one, known, 1, _CLOSE)]
    return f"，是不是 {'、'.join(dict.fromkeys(close))}" if close else ""


def _walk(schema: Node, path: Sequence[str | int]) -> tuple[str, Node]:
    """A place in words (“经过（history）第2项的状态（state）”), and its part of the schema."""
    node, words = schema, list[str]()
    for step in path:
        if isinstance(step, int):
            words[-1] += f"第{step + 1}项"
            node = resolved(schema, node["items"])
        else:
            words.append(_named(node, step))
            node = resolved(schema, node["properties"][step])
    return "的".join(words), node


def resolved(schema: Node, node: Node) -> Node:
    """A part of a schema, with what it refers to."""
    shared = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else {}
    return {**shared, **node}


def _named(node: Node, key: str) -> str:
    """A part of a head by its title and its name."""
    title = node["properties"][key].get("title", "")
    return f"{title}（{key}）" if title else f" {key}"


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    text = files(__package__).joinpath("head_words.toml").read_text("utf-8")
    words: Mapping[str, Mapping[str, str]] = tomllib.loads(text)
    return words
