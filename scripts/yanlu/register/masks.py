"""Whether a text was changed by nothing but masks: stretches that a placeholder replaced.

What tells who wrote may be found after a text was published, and must be taken out at once.
"""

from __future__ import annotations

import re

_MASK = re.compile(r"〔[^〔〕\n]{1,12}〕")  # 〔电话〕; what the office says at length is no mask


def only_masked(before: str, after: str) -> bool:
    """Whether `after` is `before`, as it was or with stretches replaced by placeholders."""
    if before == after:
        return True
    first, *rest = _MASK.split(after)
    if not rest or not before.startswith(first):
        return False
    place, last = len(first), rest.pop()
    for piece in rest:  # the leftmost place leaves the most for what follows
        found = before.find(piece, place + 1)
        if found < 0:
            return False
        place = found + len(piece)
    return before.endswith(last) and len(before) - len(last) > place
