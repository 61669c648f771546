"""The one answer to all who wrote to a call: what gets it, and what it must pass before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from yanlu.cli.passed import office_month
from yanlu.cli.replying import (
    known_details,
    refuse_conversion,
    refuse_empty,
    refuse_outcome,
)
from yanlu.cli.review import confirmed, office_day, refuse_unlisted
from yanlu.errors import InputError, PackageError
from yanlu.intake import review as acts
from yanlu.intake.delivery import Delivery
from yanlu.intake.details import refuse_details
from yanlu.intake.queues import of_call
from yanlu.intake.store.database import Store
from yanlu.intake.store.records import by_id
from yanlu.model import Fate
from yanlu.packages.calls import Call, Phase, call_path, open_call, phase
from yanlu.packages.suggestions import Suggestion, open_suggestion, write_suggestion
from yanlu.register.check import file_faults
from yanlu.register.history import naming
from yanlu.register.path import TAKEN_UP
from yanlu.register.together import MAY_BE_ANSWERED, Answer, answered, pointed, spelled
from yanlu.settings import Portal, read_codes

_FIRST = {  # what must happen before an answer, by the state that waits for it
    Fate.RECEIVED: "还没有登记",
    Fate.SCREENED: "还没有登记",
    Fate.FORWARDED: "转交了，还没有办理",
    Fate.RETURNED: "交还了，还没有再转交",
    Fate.RESTUDIED: "正在再研究，请单独回复",
}
_TAKEN_DOWN = "内容已经撤下，请照样办完，在文件里写上这一步和结果"


@dataclass(frozen=True)
class _Found:
    """Suggestions of a call that may be answered: files, and names in the store alone.

    `left` tells why another one is not answered, by its id.
    """

    files: dict[Path, Suggestion] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)

    def leave(self, name: str, fate: str, because: str = "还在审核里，公布以后再答复") -> None:
        """What has an answer, or will have none, needs no word."""
        if fate in _FIRST or fate in MAY_BE_ANSWERED:
            self.left[name] = _FIRST.get(Fate(fate), because)


def answer_call(
    portal: Portal, store: Store, name: str, only: Collection[str], given: Answer,
    act: acts.Act, private: Path | None,
) -> Iterator[str]:  # fmt: skip
    """Answer all of a call, or `only` these, and say what was done; nothing, if one cannot be.

    An empty `body` of the answer stands for the body whose call it was.

    Raises:
        InputError, IntakeError: no such call, no result yet, or words that are no answer.
    """
    call = _answered_call(portal, name)
    given = _known(portal, replace(given, body=given.body or call.front["body"]))
    found = _found(portal, store, name, only)
    changed = dict(_changed(portal, call, found, given))
    for one in (*found.held, *(path.stem for path in found.files)):
        _refuse_telling(portal, store, one, given, private)
    text = spelled(given.text, call, portal.settings.office.base_url)
    words, why = (confirmed(portal, part, act.by) for part in (text, given.reason))
    for one in found.held:
        acts.reply(store, one, given.outcome, words, act, reason=why, body=given.body)
    for path, content in changed.items():
        path.write_text(content, "utf-8", newline="")
    yield from (f"没有答复 {one}：{because}。" for one, because in found.left.items())
    yield f"只在库里的回复了 {len(found.held)} 条；写了 {len(changed)} 个文件，请检查后提交。"


def _known(portal: Portal, answer: Answer) -> Answer:
    """The answer, where its codes are ours and its words are an answer."""
    refuse_outcome(portal, answer.outcome)
    refuse_empty(answer.text, answer.reason)
    refuse_unlisted(read_codes(portal.data / "codes" / "bodies.csv"), answer.body)
    if answer.outcome in TAKEN_UP and answer.conversion is None:
        raise InputError("采纳了的，请用 --conversion 写转化途径，见 data/codes/conversions.csv。")
    if answer.conversion is not None:
        refuse_conversion(portal, answer.conversion)
    return answer


def _answered_call(portal: Portal, name: str) -> Call:
    path = portal.data / call_path(name)
    if not path.is_file():
        raise InputError(f"没有编号为 {name} 的征集，见 data/calls/。")
    try:
        call = open_call(path)
    except PackageError as error:
        raise PackageError(f"data/{call_path(name)}：{error}。请先运行 yanlu check。") from None
    if phase(call, office_day()) is not Phase.ANSWERED:
        raise InputError(
            f"{name} 还没有公布结果。"
            f"请先在 data/{call_path(name)} 里写上结果（result），再一起答复。"
        )
    return call


def _found(portal: Portal, store: Store, name: str, only: Collection[str]) -> _Found:
    """By the files first: of what is published, the store follows.

    Raises:
        InputError: one of `only` is not of this call.
    """
    found, seen = _Found(), set[str]()
    for path in naming(portal.data, [call_path(name)]):
        one = open_suggestion(path)
        if one.front.get("call") == name:
            seen.add(path.stem)
            if only and path.stem not in only:
                continue
            if one.front["publication"] == "removed":
                found.leave(path.stem, one.front["fate"], _TAKEN_DOWN)
            elif one.front["fate"] in MAY_BE_ANSWERED:
                found.files[path] = one
            else:
                found.leave(path.stem, one.front["fate"])
    for held in of_call(store, name):
        own, named = held["id"], not only or held["id"] in only
        if own not in seen and named:
            if held["delivery"] == Delivery.KEPT and held["fate"] in MAY_BE_ANSWERED:
                found.held.append(own)
            else:
                found.leave(own, held["fate"])
        seen.add(own)
    if strange := sorted(set(only) - seen):
        raise InputError(f"{'、'.join(strange)} 不是回应 {name} 的，没有答复任何一条。")
    return found


def _changed(
    portal: Portal, call: Call, found: _Found, given: Answer
) -> Iterator[tuple[Path, str]]:
    """The files with the answer in them, which must all be in order before any is written."""
    now, linked = office_month(portal.folder), replace(given, text=pointed(given.text, call))
    for path, one in found.files.items():
        place = f"data/{path.relative_to(portal.data).as_posix()}"
        after = answered(one, linked, now)
        faults = [str(fault) for fault in file_faults(place, after, now)]
        if faults:
            raise InputError("没有答复任何一条：\n" + "\n".join(f"  · {fault}" for fault in faults))
        yield path, write_suggestion(after)


def _refuse_telling(
    portal: Portal, store: Store, name: str, given: Answer, private: Path | None
) -> None:
    """No writer may find in it what was hidden of another."""
    held = by_id(store.main, name)
    if held is not None:
        details = known_details(portal, store, held, private) or ()
        refuse_details(f"{given.reason}\n{given.text}", details)
