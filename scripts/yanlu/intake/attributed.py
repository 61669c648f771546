"""Whether the office's own words say of somebody by name that they wrote: 李建国提出的第三点.

A bare name may as well be a word or a place, so the search for names leaves it to a person, and
to refuse each would refuse good answers. Where it is said to have proposed, reported or been
talked to, it is the writer's, and an answer needs none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from yanlu.intake.redact import Span, redact

NAMED = (
    "答复、理由或者说明里像是写着是哪个人提出、反映的，或者同谁谈过。"
    "请改成“您”，或者只写事；是地名、单位的，请写全称。"
)
_NAME = "name"
_SHORTEST = 2  # characters; a name that is not announced may have been found a word too long
_CALLED = (
    "(?:同志|同学|老师|师傅|先生|女士)?"
    "(?:等?(?:[0-9一二两三四五六七八九十几多]+[位名])?(?:市民|居民|群众|人)?)"
    "[您你]?(?:一起|一道|共同|联名)?"
)
_WHERE = (
    "(?:在?(?:来信|信|留言|建议|来电|网上|平台上?)(?:里|中|上)?"
    "|还|也|又|曾|多次|当时|此前|[今去]年)?"
)
_WROTE = (
    "所?(?:提(?:出|到|议|及|的|了|过)|反映|反馈|建议|投诉|举报|咨询|询问|留言|来信|来电|来访|致电|写信"
    "|写的|说的|讲的|问的|指出|希望|要求)"
)
_THEIRS = (
    "的(?:第[一二三四五六七八九十]|这|那|几|[两三四])?[条点个项]?"
    "(?:建议|意见|来信|来电|留言|想法|提议|诉求|反映|提案)"
)
_ABOUT = "关于[^，。；：\n]{1,20}的(?:建议|意见|来信|来电|留言|反映|诉求)"
_MET = (
    "本人|(?:进行了?|做了?)?(?:沟通|解释|说明情况|见面|当面)|取得了?联系"
    "|表示(?:满意|理解|认可|同意|感谢)"
)
_SAID = re.compile(f"{_CALLED}{_WHERE}(?:{_WROTE}|{_THEIRS}|{_ABOUT}|{_MET})")


def names_writer(text: str, spans: Iterable[Span]) -> bool:
    """Whether somebody is named as one who wrote, or with whom the office spoke of it.

    `spans` are what `redact` found in the text.
    """
    names = (span for span in spans if span.kind == _NAME)
    ends = (end for span in names for end in range(span.start + _SHORTEST, span.end + 1))
    return any(_SAID.match(text, end) for end in ends)


def named_faults(*texts: str) -> Iterator[str]:
    """The same of several texts that the office wrote, as what is wrong with them."""
    if any(names_writer(text, redact(text, ()).spans) for text in texts):
        yield NAMED
