"""Whether an answer is one: an outcome with its reason, and more than "we passed it on".

《信访工作条例》 (2022) art. 29 asks for a reply to what is adopted; answering everything, with
a reason, is the portal's own promise.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from yanlu.model import Fate, Month
from yanlu.packages.suggestions import Suggestion

_SHORT = 20  # characters; an answer with fewer of its own gives no reason
_VARIED = 10  # different ones among them; less is a key held down
_ANSWERED = frozenset(
    {Fate.REPLIED, Fate.PROMISED, Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT, Fate.CLOSED}
)
_NO_REASON = re.compile(
    r"[\W_]*(?:(?:[暂并]?无|没有)(?:理由|原因|说明)?|略|同[上前]|[如见]上)?[\W_]*"
)
_CLAUSE = re.compile(r"[，。！？；：、,!?;:\s]+")
_PASSED_ON = re.compile(
    r"[批已]?转[交送办给到至达呈由请]|(?:批|交|签|呈|函)转|移[交送]|(?:交|分|派|督)办|派[发单]|分派"
    r"|(?:上报|呈报|报送|反馈|反映|通报|告知|交)(?:给|至|到|了)"
    r"|知会|上传[至到]|(?:自动|逐级)派[至到]|请.{2,20}接手|^请(?:他|她|其|该).*(?:处理|核实|办理)$"
    r"|交由|阅[处办研]|由.{2,14}(?:负责|牵头|承办|答复)$"
    r"|(?:不?属于?|不?归|不在|超出).*(?:职责|职权|职能|管辖|管理|受理|权限)(?:的?(?:范围|范畴|事项))?$"
    r"|(?:请|建议|可|可以)[您你]?(?:直接|自行|另行|径[向直])?(?:联系|咨询|致电|拨打|前往|向.+(?:反映|咨询|提出|了解))"
)
_POLITE = re.compile(  # what may stand in an answer to anything
    r"[您你]好|感谢|谢谢|收悉|收到|此复|特此|祝[您你]|敬(?:请|祝|礼)|欢迎|见谅|谅解|如有|如果?您|再次"
    r"|(?:关心|关注|支持|理解|监督|参与|来信|来电|留言)(?:[您你和与及]|$)"
    r"|高度重视|第一时间|认真(?:研究|对待|办理|考虑|听取|落实|梳理)|(?:进一步|积极|统筹|适时)(?:研究|考虑|推进|协调)"
    r"|尽快|抓紧|及时|责成|责令|要求其|督促|跟进|跟踪|密切|耐心|等待|继续(?:努力|关注|做好|加强)"
    r"|(?:相关|有关|职能|主管|责任|对口)(?:职能)?(?:部门|单位|科室)|按照?(?:职责|规定|程序|权限)|依法依规"
    r"|(?:答复|回复|反馈|联系|告知)(?:[您你]|$)|办理结果|(?:研究|处理|办理|办结|处置)$"
    r"|^[您你我](?:们|办|局|市)?(?:的|所)?(?:反映|提出?|建议|意见|问题)"
    r"|(?:建议|意见|想法|思路)(?:都|也)?(?:非常|很|十分)|宝贵|有.*(?:针对|建设|可操作|前瞻|参考)性"
    r"|持续(?:关注|跟进|跟踪)|(?:办理|进展)情况$|纳入.*(?:参考|考虑|研究|统筹)|参考(?:内容|依据|意见)"
    r"|综合研判|再[作做]安排|^下一步$|结合实际|逐步(?:推动|推进|解决)|推动.*(?:问题|事项)的?解决"
    r"|(?:召开|组织).*(?:会议|会商|讨论)|进行了?(?:讨论|研究|会商|研判)"
    r"|吸收借鉴|借鉴吸收|(?:吸收|借鉴|参考)$|不断(?:提升|提高|完善|改进|优化|加强|推进)"
    r"|(?:工作|服务)(?:水平|质量|效能|实效)$|今后的?工作(?:中|里)?$|^今后$"
    r"|^(?:他们?|她们?|该[局委办处科队])(?:将|会)+在?(?:近期|近日|日内|择日).*(?:看|查|核实|处理)"
    r"|^(?:处理|办理|办结)(?:完毕|完成|完|后).*(?:短信|通知)"
    r"|满意的?(?:答复|说法|结果|交代|答案|处理)|^(?:联系|咨询|监督|服务|办公)?(?:电话|热线|地址|邮编|传真)"
    r"|^(?:工作日|上班时间|办公时间|周一至周五)$|有人接听|^[-0-9（）()]+$"
)
_CALLED = "(?:先生|女士|小姐|同志|老师|师傅|同学|大爷|大妈|大叔|大娘|阿姨|伯伯)"
_WRITER = re.compile(
    rf"^[\s>*#]*(?:尊敬的|亲爱的)?(?!各位|市民|居民|网友|家长)[\u4e00-\u9fff]{{1,3}}{_CALLED}(?:[您你]?好)?"
    r"\s*(?:[：:，,！!。]|$)"
    r"|^[\s>*#]*[老小][\u4e00-\u9fff](?:同志|[您你]好)"
    rf"|[\u4e00-\u9fff][某×＊*]{{1,2}}(?:{_CALLED}|[您你]|(?:提出|反映|建议|来[信电访]|致电))"
    r"|(?:(?:写信|来信|来电|来访|建议|反映|提议|投诉|信访)人|市民|居民|村民|网友|群众)"
    r"[\u4e00-\u9fff]?[\u4e00-\u9fff][某×＊]",
    re.MULTILINE,
)
_SAYS = (
    "所?(?:提(?:出|到|议|及|的|了|过)|反映|反馈|建议|留言|来信|来电|指出|希望|要求|[说讲写问]的)"
)
# how names that people give themselves end
_KIN = "[老小阿][\u4e00-\u9fff]|[哥姐叔婶伯爷奶妈爸姨嫂]"
_NICKNAMED = re.compile(
    r"(?:网友|网民|网名|昵称|用户名|微信名|账号)(?:是|叫|为)?(?:“[^”\n]{1,12}”|「[^」\n]{1,12}」"
    rf"|@[^\s，。、：:]{{1,12}})\s*(?:的(?:网友|网民|市民|用户)|{_SAYS}|的(?:第|[建意留来]|这|那)|[：:])"
    r"|(?:网友|网民|(?:微信|微博|抖音)用户)[ \u3000]+(?![和与们的在])[^\s，。：:]{1,12}"
    rf"[ \u3000]*(?:{_SAYS}|[：:])"
    r"|^[\s>*#]*@[^\s，。、：:]{1,12}[\s，：:]*[您你]"
    rf"|(?<![A-Za-z])[A-Z]某?(?:{_CALLED})"
    rf"|[“「][^”」\n]{{0,8}}(?:{_KIN})[”」]\s*{_SAYS}",
    re.MULTILINE,
)
_HEAD = r"[\s>*#]*(?:尊敬的|亲爱的)?([\u4e00-\u9fff]{2,4})"
_GREETED = re.compile(rf"^{_HEAD}(?:[\s，,！!]*[您你]好|[：:]\s*[您你])", re.MULTILINE)
_CITIZEN = re.compile(
    r"^[\s>*#]*(?:尊敬的|亲爱的)?([\u4e00-\u9fff]{2,4})(?:市民|居民|村民|网友|群众|读者|家长|业主|住户)"
    r"(?:\s*[：:]|[\s，,！!]*[您你])",
    re.MULTILINE,
)
_OPENED = re.compile(rf"\A{_HEAD}[：:]")
_CHANNEL = re.compile(
    r"来[信电访](?:人|中|收悉|反映|提出|询问|咨询|建议)|[您你]的?来[信电访]"
    r"|(?:写信|致电|打电话|拨打热线|上门|网上留言)(?:反映|提出|询问|咨询|建议)"
)


def answer_faults(suggestion: Suggestion, now: Month) -> Iterator[str]:
    """What a final answer lacks, or says too much of; `now` is the month of the commit."""
    front, reply = suggestion.front, suggestion.reply
    if front["publication"] == "removed":
        return
    if not reply:
        if Fate(front["fate"]) in _ANSWERED:
            yield "已回复的没有写回复"
        return
    if "outcome" not in front:
        yield "有回复，没有写结果（outcome：采纳、部分采纳、不采纳、留作参考）"
    elif not is_reason(front.get("reason", "")):
        yield "回复没有写理由（reason）"
    yield from _earlier_faults([past.month for past in suggestion.earlier], front, now)
    yield from reply_faults(reply)


def answer_notes(suggestion: Suggestion) -> Iterator[str]:
    """What an answer should rather not say, though it may: by which way the writer came."""
    replies = (suggestion.reply, *(earlier.text for earlier in suggestion.earlier))
    if any(map(_CHANNEL.search, replies)):
        yield "回复里提到了来信、来电、来访这样的渠道，这不必公布，也可能帮人认出是谁"


def is_reason(words: str) -> bool:
    """Whether it says anything: “无” and “同上” do not."""
    return not _NO_REASON.fullmatch(words)


def reply_faults(reply: str) -> Iterator[str]:
    """What is wrong with the words of an answer.

    Clauses that pass the matter on, and those that would fit an answer to anything, do not
    count; what is left must be long enough to say something of this one.
    """
    clauses = _CLAUSE.split(reply)
    passing = [clause for clause in clauses if _PASSED_ON.search(clause)]
    own = [c for c in clauses if not _PASSED_ON.search(c) and not _POLITE.search(c)]
    said = [mark for clause in own for mark in re.findall(r"[^\W_a-zA-Z]", clause)]
    if len(said) < _SHORT or len(set(said)) < _VARIED:
        yield (
            "回复只说了转给别人，没有回答" if passing else "回复太短或者都是客套，看不出理由和做法"
        )
    if _WRITER.search(reply) or _NICKNAMED.search(reply) or _names(reply):
        yield "回复里有对写信人的称呼，可能认得出是谁；请改成“您”"


def _names(reply: str) -> bool:
    """Whether it greets somebody by a word that is not known to be nobody's name."""
    called = [*_GREETED.findall(reply), *_OPENED.findall(reply)]
    if any(_is_person(word) for word in _CITIZEN.findall(reply)):
        return True
    return not all(word.endswith(_nobodys()) for word in called)


def _is_person(word: str) -> bool:
    """Whether what stands before “市民” begins as a name does, and is no place or many people."""
    table = _table()
    return word.startswith(table["surnames"]) and not word.endswith(table["no_name"])


def _nobodys() -> tuple[str, ...]:
    """Words for everybody, and words that answers begin with."""
    return (*_table()["everybody"], *_table()["heads"])


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    """The lists of `greeted.toml`."""
    table = tomllib.loads((files(__package__) / "greeted.toml").read_text("utf-8"))
    return {name: tuple(words) for name, words in table.items()}


def _earlier_faults(months: Sequence[str], front: Mapping[str, Any], now: Month) -> Iterator[str]:
    """Replies that were corrected: the latest first, none before the first answer or to come."""
    if months != sorted(months, reverse=True):
        yield "原回复应当按时间排，最近的在最前面"
    if any(not front["month"] <= month <= str(now) for month in months):
        yield "原回复的月份早于收到的月份，或者还没有到"
    replied = (step["month"] for step in front["history"] if step["state"] == Fate.REPLIED)
    if min(months, default="9") < next(replied, ""):
        yield "原回复的月份早于经过里第一次“已回复”的月份"
