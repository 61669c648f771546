"""Who answers for what, as four short pages below `about/`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from yanlu.guidance.duties import read_budget, read_handled, read_meetings, read_posts
from yanlu.website.sheet import Sheet


def duties_sheets(data: Path, least: int) -> Iterator[Sheet]:
    """A page for each table; where an office has none, it says what will be there.

    Counts from 1 to `least` - 1 are not published.
    """
    posts, lines = read_posts(data), read_budget(data)
    bodies = {post.body: [one for one in posts if one.body == post.body] for post in posts}
    years = [(year, list(of_it)) for year, of_it in groupby(lines, key=lambda line: line.year)]
    handled, meetings = read_handled(data), read_meetings(data)
    yield Sheet("about/posts/", "posts", lambda: {"bodies": bodies})
    yield Sheet("about/leaders/", "leaders", lambda: {"handled": handled, "least": least})
    yield Sheet("about/meetings/", "meetings", lambda: {"meetings": meetings})
    yield Sheet("about/budget/", "budget", lambda: {"years": years})
