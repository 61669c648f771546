"""Whether an answer is one: an outcome with its reason, and more than "we passed it on".

《信访工作条例》 (2022) art. 29 asks for a reply to what is adopted; answering everything, with
a reason, is the portal's own promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from yanlu.model import Fate
from yanlu.packages.suggestions import Suggestion

_SHORT = 20  # characters; a shorter answer gives no reason
_ANSWERED = frozenset(
    {Fate.REPLIED, Fate.PROMISED, Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT, Fate.CLOSED}
)
_PASSED_ON = re.compile(
    r"(?:已|已经|现已|业已)?(?:转|移|交|批转|转交|转送|转办|交办|反馈|转达|移送|转给)(?:给|至|到|由)?"
    r"[^。！？\n]{0,30}?(?:部门|单位|局|委|办|中心|街道|公司|处理|办理|研究|知悉)"
)
_POLITE = re.compile(
    r"您好|你好|感谢|谢谢|您的(?:来信|建议|意见|理解|支持)|收悉|已收到|祝|此复|特此|关注|支持|理解"
)
_WRITER = re.compile(
    r"(?:^|[，。！？\s])(?:尊敬的)?[\u4e00-\u9fff]{1,3}(?:先生|女士|同志|老师|大爷|大妈|阿姨)(?:[：，您]|$)"
)


def answer_faults(suggestion: Suggestion) -> Iterator[str]:
    """What a final answer lacks, or says too much of."""
    front, reply = suggestion.front, suggestion.reply
    if front["publication"] == "removed":
        return
    answered = Fate(front["fate"]) in _ANSWERED
    if answered and not reply:
        yield "已回复的没有写回复"
    if reply and "outcome" not in front:
        yield "有回复，没有写结果（outcome：采纳、部分采纳、不采纳、留作参考）"
    if not reply:
        return
    if front.get("outcome") and not front.get("reason"):
        yield "回复没有写理由（reason）"
    if not any(step["state"] == Fate.REPLIED and "body" in step for step in front["history"]):
        yield "经过里的“已回复”没有写是哪个单位（body）"
    yield from reply_faults(reply)


def reply_faults(reply: str) -> Iterator[str]:
    """What is wrong with the words of an answer."""
    left = _POLITE.sub("", _PASSED_ON.sub("", reply))
    if len(re.findall(r"[\u4e00-\u9fff\w]", left)) < _SHORT:
        passed = _PASSED_ON.search(reply)
        yield "回复只说了转给别人，没有回答" if passed else "回复太短，看不出理由和做法"
    if _WRITER.search(reply):
        yield "回复里有对写信人的称呼，可能认得出是谁；请改成“您”"
