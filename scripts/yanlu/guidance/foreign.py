"""What no written page may bring along: programs, looks of its own, things from other hosts.

The policy of the site (yanlu.headers) would stop most of it in a browser. A feed is read where
no policy of ours holds, and a picture from elsewhere tells that host who reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from yanlu.guidance.pages import Page

_CODE = re.compile(r"`[^`\n]*`")
_HOST = r"(?:https?:)?//"
_KINDS: Mapping[str, re.Pattern[str]] = {
    "不能有脚本、样式、表单和嵌入的内容（<{0}>）": re.compile(
        r"<(script|style|iframe|frame|object|embed|form|input|button|select|textarea|base|meta|link"
        r"|svg|math|video|audio|source|template|dialog)\b",
        re.IGNORECASE,
    ),
    "HTML标签里不能有{0}": re.compile(r"<[a-z][^<>]*?\s(style|srcset|on[a-z]+)\s*=", re.IGNORECASE),
    "链接不能以{0}:开头": re.compile(
        r"(?:\]\(|\]:|\b(?:href|src|action)\s*=)\s*[\"'<]?\s*(javascript|vbscript|data)\s*:",
        re.IGNORECASE,
    ),
    "图片不能从别的网站取": re.compile(
        rf"!\[[^\]]*\]\(\s*<?{_HOST}|<img\b[^<>]*?\ssrc\s*=\s*[\"']?{_HOST}", re.IGNORECASE
    ),
}
_INSTEAD = "写出来的页面只用文字、表格、链接和放在content/里的图片，请删去或者换一种写法。"
_PICTURE = re.compile(r"!\[([^\]]*)\]\[([^\]]*)\]")
_NAMED = re.compile(rf"^\s{{0,3}}\[([^\]]+)\]:\s*<?{_HOST}", re.MULTILINE | re.IGNORECASE)


def foreign_faults(page: Page) -> Iterator[str]:
    """Sentences on what may not stand in a page, with its line; none of its words is told."""
    text = _CODE.sub(lambda found: " " * len(found[0]), page.text)
    elsewhere = {name.lower() for name in _NAMED.findall(text)}
    kinds = {what: pattern for what, pattern in _KINDS.items() if pattern.search(text)}
    if not (kinds or elsewhere):  # of most pages no line has to be looked at
        return
    for line, words in enumerate(text.splitlines(), page.first):
        for what, pattern in kinds.items():
            if found := pattern.search(words):
                named = (found[1].lower(),) if pattern.groups else ()
                yield f"{page.place} 第 {line} 行：{what.format(*named)}。{_INSTEAD}"
        if any((name or alt).lower() in elsewhere for alt, name in _PICTURE.findall(words)):
            yield f"{page.place} 第 {line} 行：图片不能从别的网站取。{_INSTEAD}"
