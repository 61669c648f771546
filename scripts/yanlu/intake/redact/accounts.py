"""Accounts of WeChat, QQ and the like, after the words that people use for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yanlu.intake.redact.lists import HAN, choice, words
from yanlu.intake.redact.shadow import Find, Shadow

NAME = r"[a-z][a-z0-9_\-.]{4,29}(?![a-z0-9_])"
SPACED_NAME = r"[a-z](?:[\s_\-.]{1,3}[a-z0-9]){4,29}(?![a-z0-9])"
MIXED = r"[0-9]{1,12}[a-z_][a-z0-9_\-]{2,20}"
NUMBER = r"[0-9](?:[\s\-_.·,、]{0,3}[0-9]){4,12}"
LATIN = re.compile(r"[a-z][a-z_\-.]*[0-9_]")  # asked for speed
HANDLE = re.compile(r"[a-z][a-z0-9]*[0-9_\-.]|[0-9][a-z]{4}")  # the same
NUMBERED = r"(?=[a-z\s_\-.]{0,40}[0-9])"  # within a name
LINKED = re.compile(r"[:=]|是|为|号")

# V:zs8899, 薇：zs8899, Q:100023; behind the letter alone only with a colon.
LETTERS = (
    re.compile(rf"(?<![a-z0-9大])[v薇微威]\s?:\s?{NUMBERED}(?P<id>{SPACED_NAME}|{NAME})"),
    re.compile(r"(?<![a-z0-9])q\s?:\s?(?P<id>[1-9](?:\s?[0-9]){4,10}(?![0-9年.\-]))"),
)


def find_accounts(shadow: Shadow) -> Iterator[Find]:
    """Accounts in letters and digits, and nicknames that are called so."""
    for found in _accounts().finditer(shadow.digits):
        if _is_account(found):
            yield Find(found.start("id"), found.end("id"), "account")
    named = LATIN.search(shadow.digits)
    for found in _apart().finditer(shadow.digits) if named else ():
        yield Find(found.start("id"), found.end("id"), "account")
    for found in (found for letter in LETTERS for found in letter.finditer(shadow.digits)):
        yield Find(*found.span("id"), "account")
    for found in _nicknames().finditer(shadow.text):
        yield Find(found.start(1), found.end(1), "account")
    for found in _handles().finditer(shadow.digits) if HANDLE.search(shadow.digits) else ():
        yield Find(found.start("id"), found.end("id"), "account", certain=False)
    for found in _made_up().finditer(shadow.digits):
        yield Find(found.start("id"), found.end("id"), "account", certain=False)


def _is_account(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - 1) : found.start()]
    if found["cue"].isascii() and before.isascii() and before.isalpha():
        return False  # "line" within "online"
    vague = found["cue"] in words("online", "account", "vague")
    linked = LINKED.search(found["link"]) is not None
    return found["id"] not in words("online", "account", "words") and (linked or not vague)


@cache
def _accounts() -> re.Pattern[str]:
    cue = rf"(?P<cue>{choice(words('online', 'account', 'cues'))})"
    names = rf"(?:[\s/]?(?:或|和)?{choice(words('online', 'account', 'links'))}){{0,3}}"
    marks = r"[\s:是为叫)\]】(\[<“\"'=\-—,.]{0,6}"
    link = rf"(?P<link>(?:{HAN}{{0,4}}:)?{names}{marks})"
    return re.compile(rf"{cue}{link}(?P<id>{MIXED}|{NUMBER}|{SPACED_NAME}|{NAME})")


@cache
def _apart() -> re.Pattern[str]:
    """加我微信聊吧 abc_1968, and wxid_… wherever it stands."""
    cue = choice(words("online", "account", "cues"))
    no = choice(words("online", "account", "public"))
    own = r"(?=[a-z.\-]*[0-9_])[a-z][a-z0-9_\-.]{5,29}(?![a-z0-9_])"
    told = rf"{cue}(?!{no}){HAN}{{1,5}}[\s,:]{{1,2}}|(?<![a-z0-9])(?=wxid_)"
    return re.compile(rf"(?:{told})(?P<id>{own})")


@cache
def _nicknames() -> re.Pattern[str]:
    cues = choice(words("online", "account", "nicknames"))
    return re.compile(rf"{cues}\s?(?:[:]|是|叫|为)\s?[“\"'《]?([^\s,。;、:)”\"'》!?]{{2,20}})")


@cache
def _handles() -> re.Pattern[str]:
    """(证号dz-sunnyshao), jingwei_xuqing: whatever is written as only accounts are."""
    cue = choice((*words("online", "account", "cues"), *words("online", "account", "nicknames")))
    own = r"[a-z][a-z0-9]*(?:[_\-.][a-z0-9]+)+|[a-z]{2,20}[0-9]{2,10}|[0-9]{1,10}[a-z]{4,20}"
    bare = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"
    told = rf"(?:{cue})[\s:是为叫(“\"']{{0,4}}"
    return re.compile(
        rf"(?:{told}(?P<cued>)|(?<![a-z0-9@./_\-=?&]))(?P<id>(?(cued)(?:{own})|(?:{bare})))(?![a-z0-9_@/])"
    )


@cache
def _made_up() -> re.Pattern[str]:
    """网名夜路难行2020: no link between, but digits or letters within or behind."""
    cue = choice(words("online", "account", "nicknames"))
    return re.compile(rf"{cue}\s?[“\"'《]?(?P<id>{HAN}{{1,8}}[0-9a-z_]{{1,12}}(?![0-9a-z]))")
