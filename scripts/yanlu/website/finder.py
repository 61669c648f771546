"""The finder on the site: one question a page, a page for each door, and all of it on one page.

Plain links: the answers that a reader has chosen are the address, and nothing else is kept.
One script narrows the one page by what is typed there; it sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from yanlu.deadlines.rules import Rule, read_rules
from yanlu.deadlines.words import length
from yanlu.errors import GuidanceError
from yanlu.guidance.offices import Office, offices_by_code
from yanlu.guidance.routes import (
    ASKED,
    DOORS,
    Door,
    Node,
    Routes,
    sound_routes,
)
from yanlu.settings import Portal
from yanlu.website.deadlines import ADDRESS as DEADLINES
from yanlu.website.sheet import Sheet

ADDRESS = "guide/find/"
NAME = "我该找谁"
QUICK = f"{ADDRESS}quick/"
SCRIPT = "assets/js/finder.js"


@dataclass(frozen=True)
class Finder:
    """A sound tree with what its doors name: offices, deadlines and pages of the menu."""

    routes: Routes
    offices: Mapping[str, Office]
    rules: Mapping[str, Rule]
    titles: Mapping[str, str]

    def sheets(self) -> Iterator[Sheet]:
        """A page for each choice, for "none of these" under each question, for each door."""
        for node in self.routes.nodes.values():
            address = self._address(node)
            if node.door:
                yield Sheet(address, "finder_door", partial(self._end, node))
            else:
                yield Sheet(address, "finder_question", partial(self._question, node))
                yield Sheet(f"{address}none/", "finder_none", partial(self._none, node))
        for door in self.routes.doors.values():
            yield Sheet(_door_address(door), "finder_door", partial(self._door, door))
        yield Sheet(QUICK, "finder_quick", self._quick)

    def _question(self, node: Node) -> dict[str, Any]:
        return {
            **self._place(node),
            "question": node.question,
            "answers": [
                {"address": self._address(one), "answer": one.answer, "hint": one.hint}
                for one in self.routes.answers[node.code]
            ],
            "quick": QUICK,
        }

    def _none(self, node: Node) -> dict[str, Any]:
        by_type = {
            kind: [one for one in self.offices.values() if one.type == kind] for kind in ASKED
        }
        before = {"address": self._address(node), "words": node.answer or NAME}
        place = self._place(node)
        place |= {"address": f"{before['address']}none/", "here": "都不是"}
        place |= {"crumbs": [*place["crumbs"], before], "back": before["address"]}
        return {**place, **by_type, "question": node.question, "quick": QUICK}

    def _end(self, node: Node) -> dict[str, Any]:
        facts = self._door(self.routes.doors[node.door])
        return {**facts, **self._place(node), "address": facts["address"]}

    def _door(self, door: Door) -> dict[str, Any]:
        following = self.routes.doors.get(door.next_door)
        return {
            **_under(_door_address(door), door.title),
            "door": door,
            "offices": [self.offices[code] for code in door.offices],
            "laws": cited(door.laws),
            "pages": [{"address": one, "title": self.titles[one]} for one in door.pages],
            "rules": [_rule(code, self.rules[code]) for code in door.deadlines],
            "next": following and {"address": _door_address(following), "door": following},
        }

    def _quick(self) -> dict[str, Any]:
        place = _under(QUICK, "一页全看")
        return {**place, "tree": self._branch(self.routes.first), "script": SCRIPT}

    def _branch(self, node: Node) -> dict[str, Any]:
        door = self.routes.doors.get(node.door)
        return {
            "answer": node.answer,
            "hint": node.hint,
            "question": node.question,
            "address": self._address(node),
            "door": door.title if door else "",
            "words": ";".join(node.keywords),
            "answers": [self._branch(one) for one in self.routes.answers.get(node.code, ())],
        }

    def _place(self, node: Node) -> dict[str, Any]:
        """Where a page stands: the answers so far, its own words, and the question before."""
        *before, _ = self.routes.trail(node)
        steps = [{"address": self._address(one), "words": one.answer or NAME} for one in before]
        return {
            "address": self._address(node),
            "crumbs": steps,
            "here": node.answer or NAME,
            "back": steps[-1]["address"] if steps else None,
        }

    def _address(self, node: Node) -> str:
        return f"{ADDRESS}{node.code}/" if node.parent else ADDRESS


def finder(portal: Portal, menu: Sequence[Mapping[str, Any]]) -> Finder:
    """The finder of an office; `menu` is the site's, whose titles name the pages of doors.

    Raises:
        GuidanceError: a tree that leads somebody nowhere, or a page that is not in the menu.
        DeadlineError: a list of rules that does not say what it must.
    """
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    offices = offices_by_code(portal.data)
    routes = sound_routes(portal.data, offices, rules)
    titles = {
        item["address"]: item["title"]
        for part in menu
        for item in (part, *part["items"], *part["more"])
    }
    for door in routes.doors.values():
        if not titles.keys() >= set(door.pages):
            raise GuidanceError(
                f"{DOORS} 第 {door.line} 行 列 pages：有一个网址不在菜单里。"
                "请改用theme/navigation.toml里的网址。"
            )
    return Finder(routes, offices, rules, titles)


def _under(address: str, here: str) -> dict[str, Any]:
    """The place of a page that stands beside the questions."""
    steps = [{"address": ADDRESS, "words": NAME}]
    return {"address": address, "crumbs": steps, "here": here, "back": None}


def cited(laws: Sequence[str]) -> list[str]:
    """Articles of one law on one line, in the order of the table."""
    articles: dict[str, list[str]] = {}
    for one in laws:
        law, bracket, article = one.rpartition("）")
        articles.setdefault(law + bracket, []).append(article)
    return [law + "、".join(found) for law, found in articles.items()]


def _door_address(door: Door) -> str:
    return f"{ADDRESS}doors/{door.code}/"


def _rule(code: str, rule: Rule) -> dict[str, str]:
    told = f"从{rule.starts_at}起{length(rule)}"
    return {"address": f"{DEADLINES}{code}/", "name": rule.name, "told": told}
