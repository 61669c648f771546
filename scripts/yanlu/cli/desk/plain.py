"""What a refusal tells people to type, as what they find on the page instead."""

from __future__ import annotations

import re

_COMMAND = re.compile(
    r" ?yanlu (?:review|register) (\w+)(?: [0-9a-z]{8})?(?: 那一条的编号)?(?: --\w+ \S+)* ?"
)
_CALLED = {
    "list": "要办的",
    "due": "要办的",
    "show": "这一条的页面",
    "open": "看原文",
    "read": "记下看过原文",
    "approve": "写摘要、确认",
    "return": "收回、不公布",
    "move": "改进展",
    "reply": "回复",
    "merge": "并案",
    "second": "等第二个人",
    "signers": "审核人",
    "withdraw": "替本人撤回、删除",
}
_ASIDE = re.compile(r"（--\w+）")
_OPTION = re.compile(r" ?--(\w+) ?")
_OPTIONS = {"body": "承办单位", "title": "题目", "text": "文字", "key": "私钥", "yes": "确认"}


def in_words_of_the_desk(said: str) -> str:
    """A refusal that names pages and fields, and no commands."""
    told = _COMMAND.sub(lambda found: f"“{_CALLED.get(found[1], found[1])}”", said)
    return _OPTION.sub(lambda found: f"“{_OPTIONS.get(found[1], found[1])}”", _ASIDE.sub("", told))
