"""How Chinese is set on a page."""

from __future__ import annotations

import re

_WRONG = re.compile(
    r"[\u4e00-\u9fff][,:;?!()]|[,:;?!()][\u4e00-\u9fff]"
    r"|[\u4e00-\u9fff] [0-9A-Za-z]|[0-9A-Za-z%] [\u4e00-\u9fff]"
)


def badly_set(html: str) -> list[str]:
    """Western punctuation between Chinese, and typed spaces beside Latin and digits.

    What a command prints is shown as it is printed.
    """
    return _WRONG.findall(re.sub(r"(?s)<code>.*?</code>|<[^>]+>", "\n", html))
