"""What may never get into a repository: case files, keys, stores, what tells who wrote.

A repository is copied whole to everybody who works on it, and what was once in it stays in its
history: so this is asked before anything is committed or pushed, and of each change that is
proposed. Files count by what they hold, whatever they are called; what cannot be read is refused.
Messages name the file, the line and the kind of thing, never the thing itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import chain

from yanlu.intake.guard.contents import (
    binary_fault,
    is_pdf,
    kind_by_name,
    kind_of,
    readable,
    text_of,
)
from yanlu.intake.guard.keys import keys_in, packed_in
from yanlu.intake.guard.told import IN_CODES, IN_NAMES, IN_SAID, IN_WORDS, persons_in
from yanlu.packages.check import is_known
from yanlu.settings import Portal, Settings
from yanlu.worktree import LINK, REPOSITORY, Brought, Coming

INVENTED = ("tests/", "scripts/", "content/about/")  # where the reference office has examples
# Made by us of what is public, or taken as it was published elsewhere: full of checksums
_SUMMED = ("data/log/", "data/statistics/", "data/rollups/", "data/collected/")
_TABLE_NAMES = re.compile(r".*\.(?:csv|tsv)(?:\.\w+)?", re.IGNORECASE)
_WRITTEN = (".md", ".txt")
# Where codes and the office's own telephone are in place, not sentences
_CODED = (
    ".csv", ".tsv", ".toml", ".json", ".yml", ".yaml", ".css", ".js", ".py", ".sh", ".svg",
    ".lock", ".cfg", ".ini", ".conf", ".service", ".timer", ".geojson",
)  # fmt: skip
_PUBLISHED = re.compile("(?:content|data)(?:/|$)")  # where a link could publish what lies outside
_CODED_PLACES = ("data/", "theme/")
_BY = re.compile(r"^[A-Za-z-]+-by: .*$", re.MULTILINE)  # whoever worked on it signs


def refusals(coming: Coming, portal: Portal) -> Iterator[str]:
    """Sentences on why a change may not get in, each once.

    Official numbers and addresses of the portal's directory are nobody's own.
    """
    told = chain(
        *(_of_file(one, portal) for one in coming.files),
        *(_of_message(*one, portal) for one in coming.messages.items()),
        *(_of_branch(one, portal) for one in coming.branches),
    )
    yield from dict.fromkeys(told)


def _of_file(one: Brought, portal: Portal) -> Iterator[str]:
    if portal.settings.reference and one.path.startswith(INVENTED):
        return
    if "\\" in one.path:
        yield "有一个文件的名字不是用 UTF-8 写的，读不出来。请改名，再提交。"
        return
    if not one.before and (title := _in_name(one.path, portal)):
        yield f"{_shown(one.path)}：文件名里{title}请改名，再提交。"
        return
    kind = _kind(one, portal.settings)
    if kind:
        yield f"{one.path}：{kind}"
        return
    text = text_of(one.content)
    lines = readable(one.content) if text is None else text
    old = frozenset((text_of(one.before) or "").splitlines())
    new = {number for number, line in enumerate(lines.splitlines(), 1) if line not in old}
    found = _in_text(one.path, lines, portal) if new else ()
    for number, title in sorted({pair for pair in found if pair[0] in new}):
        place = "（图片里附的说明）" if text is None else f" 第 {number} 行"
        yield f"{one.path}{place}：{title}"


def _kind(one: Brought, settings: Settings) -> str:
    """What a whole file is, if it may not get in."""
    path, content = one.path, one.content
    if one.mode == REPOSITORY or (one.mode == LINK and _PUBLISHED.match(path)):
        return "是符号链接或者另一个仓库（子模块），查不到它指着什么。请换成文件。"
    kind = kind_of(content) or kind_by_name(path)
    if is_pdf(content) and kind:
        return _unread(content, settings)
    if kind:
        return kind
    if path.startswith("data/") and not is_known(path.removeprefix("data/")):
        return "data/ 里没有这样的文件，可能是案件。请移到仓库之外。"
    if _TABLE_NAMES.fullmatch(path) and not path.startswith("data/"):
        return "是一张表，可能是导出的案件。请移到仓库之外。"
    return binary_fault(content) if text_of(content) is None else ""


def _unread(content: bytes, settings: Settings) -> str:
    """No program of ours reads a PDF: a person does, and says so in the settings."""
    name = hashlib.sha256(content).hexdigest()
    if settings.guard and name in settings.guard.checked:
        return ""
    return (
        "是 PDF，里面的字查不到。请把文字写成网页；一定要原样公布的，先由人从头看完（连同属性、"
        f"附件），再在 data/office.toml 的 [guard] 里把 {name} 写进 checked。"
    )


def _in_text(path: str, text: str, portal: Portal) -> Iterator[tuple[int, str]]:
    """Numbers of lines with what they hold."""
    yield from keys_in(text, _public(portal.settings), sums=path.startswith(_SUMMED))
    for start, content in packed_in(text):
        if within := _packed(content, portal):
            yield text.count("\n", 0, start) + 1, within
    kinds = IN_WORDS if _is_written(path) else IN_CODES
    for number, title in persons_in(text, kinds, portal.data):
        yield number, f"有{title}。请遮盖或者删去，再提交。"


def _packed(content: bytes, portal: Portal) -> str:
    """What a content that stands in a text in base64 is, if it may not get in."""
    text = text_of(content)
    if kind_of(content):
        return "有用 base64 附的文件，看不到里面有什么。请删去，再提交。"
    if text is None:
        return ""
    keys = keys_in(text, _public(portal.settings), sums=True)
    persons = persons_in(text, IN_WORDS, portal.data)
    return "有用 base64 写的密钥或者个人信息。请删去，再提交。" if any(chain(keys, persons)) else ""


def _is_written(path: str) -> bool:
    """Whether people write sentences there; elsewhere codes stand, and the office's telephone."""
    low = path.lower()
    if low.endswith(_WRITTEN):
        return not low.startswith(_SUMMED)
    return not low.startswith(_CODED_PLACES) and not low.endswith(_CODED)


def _public(settings: Settings) -> frozenset[str]:
    """Secret halves that the reference office gives away; no other office has any."""
    given = (
        settings.intake.public_test_identity,
        settings.disclosure.public_test_key,
        settings.receipts.public_test_log_key,
        settings.receipts.public_test_intake_key,
    )
    return frozenset(one for one in given if one)


def _in_name(name: str, portal: Portal) -> str:
    """What a name of a file or branch tells, for within a sentence; "" for nothing."""
    text = re.sub(r"[/\\]|\.\w+$", "\n", name)
    if any(keys_in(text, (), sums=True)):
        return "有密钥。"
    found = dict.fromkeys(title for _, title in persons_in(text, IN_NAMES, portal.data))
    return f"有{'、'.join(found)}。" if found else ""


def _shown(path: str) -> str:
    """Where a file lies, as its own name may not be said."""
    return f"{path.rpartition('/')[0] or '最上一层'} 里的一个文件"


def _of_message(name: str, message: bytes, portal: Portal) -> Iterator[str]:
    text, where = text_of(message), f"提交 {name} 的说明" if name else "提交说明"
    if text is None:
        yield f"{where}：不是 UTF-8 写的文字，读不出来。请改写。"
        return
    keys = (title for _, title in keys_in(text, (), sums=True))
    signed = _BY.sub("", text)
    persons = (f"有{title}。请改写。" for _, title in persons_in(signed, IN_SAID, portal.data))
    for title in dict.fromkeys([*keys, *persons]):
        yield f"{where}：{title}"


def _of_branch(name: str, portal: Portal) -> Iterator[str]:
    if title := _in_name(name, portal):
        yield f"分支或者标签的名字里{title}请改名。"
