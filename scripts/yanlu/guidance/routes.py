"""The finder's tree, `data/guidance/routes.csv`, and the doors at its ends, `doors.csv`.

《信访工作条例》 (2022) art. 18 has an office tell where matters are taken in and how; arts. 22,
23 and 31 send each kind of matter to the body that may decide it. The tree asks until one body
is left. It asks for nothing personal and keeps nothing: an answer is an address.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from yanlu.errors import GuidanceError
from yanlu.guidance.offices import Office
from yanlu.guidance.rows import Row, rows, said

ROUTES = "data/guidance/routes.csv"
DOORS = "data/guidance/doors.csv"
OFFICES = "data/guidance/offices.csv"
MOST_TAPS = 5  # from the home page to any door
FEWEST, MOST = 2, 6  # answers to a question, "none of these" not counted
RESERVED = ("quick", "none", "doors")  # addresses of the finder's own pages
ASKED = ("hotline", "petitions")  # types of office that "none of these" leads to
LAST = "superior"  # the type of office after which no door follows: arts. 35, 43, 44
_HOME = 1  # the tap that leads from the home page to the first question


@dataclass(frozen=True)
class Node:
    """A choice: it leads to a question, or to a door. `line` is that of the file."""

    line: int
    code: str
    parent: str
    answer: str
    hint: str
    question: str
    door: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Door:
    """What stands at an end; offices, deadlines and pages are codes and addresses, in order."""

    line: int
    code: str
    title: str
    lede: str
    offices: tuple[str, ...]
    pages: tuple[str, ...]
    bring: tuple[str, ...]
    limits: tuple[str, ...]
    deadlines: tuple[str, ...]
    laws: tuple[str, ...]
    next_door: str
    urgent: bool
    note: str
    last_checked: str


@dataclass(frozen=True)
class Routes:
    """All choices and all doors by code, in the order of their files."""

    nodes: Mapping[str, Node]
    doors: Mapping[str, Door]

    @cached_property
    def answers(self) -> Mapping[str, tuple[Node, ...]]:
        """The choices under each question; the first question is under ""."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.parent, []).append(node)
        return {parent: tuple(nodes) for parent, nodes in found.items()}

    @property
    def first(self) -> Node:
        """The first question."""
        return self.answers[""][0]

    @property
    def ends(self) -> Iterator[Node]:
        """The choices that lead to a door."""
        return (node for node in self.nodes.values() if node.door)

    def trail(self, node: Node) -> tuple[Node, ...]:
        """From the first question to a choice, with both; ends where it would turn back."""
        found = [node]
        while found[-1].parent in self.nodes and self.nodes[found[-1].parent] not in found:
            found.append(self.nodes[found[-1].parent])
        return tuple(reversed(found))

    def taps(self, node: Node) -> int:
        """How many links a reader follows from the home page to the page of a choice."""
        return _HOME + len(self.trail(node)) - 1

    def chain(self, door: Door) -> tuple[Door, ...]:
        """A door and those that follow when each one refuses; ends where it would turn back."""
        found = [door]
        while found[-1].next_door in self.doors:
            following = self.doors[found[-1].next_door]
            if following in found:
                break
            found.append(following)
        return tuple(found)


def read_routes(data: Path) -> Routes:
    """The tree of an office; its tables were found to be in order."""
    nodes = (_node(line, row) for line, row in rows(data, "routes"))
    doors = (_door(line, row) for line, row in rows(data, "doors"))
    return Routes({node.code: node for node in nodes}, {door.code: door for door in doors})


def sound_routes(data: Path, offices: Mapping[str, Office], deadlines: Collection[str]) -> Routes:
    """The tree of an office, which leads everybody somewhere.

    Raises:
        GuidanceError: it does not; the first sentences of `route_faults`.
    """
    routes = read_routes(data)
    faults = list(route_faults(routes, offices, deadlines))
    if faults:
        listed = "\n".join(f"  · {fault}" for fault in faults[:5])
        raise GuidanceError(f"“我该找谁”有 {len(faults)} 处问题，没有生成网页：\n{listed}")
    return routes


def route_faults(
    routes: Routes, offices: Mapping[str, Office], deadlines: Collection[str]
) -> Iterator[str]:
    """Whatever keeps the tree from leading everybody to a door, a sentence each.

    `offices` is the directory by code, `deadlines` the codes that have a page.
    """
    yield from _beginnings(routes)
    for node in routes.nodes.values():
        for column, what in _node_faults(routes, node):
            yield said("routes", node.line, column, what)
    reached = {step.code for end in routes.ends for step in _onward(routes, end)}
    for door in routes.doors.values():
        for column, what in _door_faults(routes, door, offices, deadlines):
            yield said("doors", door.line, column, what)
        if door.code not in reached:
            yield said("doors", door.line, "code", _UNREACHED)
    for kind in ASKED:
        if not any(row.type == kind and row.telephone for row in offices.values()):
            what = f"没有一个{kind}类型、写了电话的窗口，“都不是”就没有电话可打。请补上一行"
            yield f"{OFFICES}：{what}。"


_UNREACHED = "哪一条路都走不到这扇门。请在routes.csv里给它一个选择，或者删去这一行"


def _beginnings(routes: Routes) -> Iterator[str]:
    firsts = routes.answers.get("", ())
    if not firsts:
        yield f"{ROUTES}：没有第一问。请留一行不写parent，写上question。"
    for node in firsts[1:]:
        yield said("routes", node.line, "parent", "第一问只能有一个。请写明在哪一问里选它")


def _node_faults(routes: Routes, node: Node) -> Iterator[tuple[str, str]]:
    count = len(routes.answers.get(node.code, ()))
    if node.code in RESERVED:
        yield "code", f"{node.code}是网站自己的网址，不能用。请换一个代码"
    if bool(node.question) == bool(node.door):
        yield "question", "接着问，还是到头了，要说清楚。请在question和door里写一个，只写一个"
    elif node.question and not FEWEST <= count <= MOST:
        yield "question", f"这一问有{count}个选择。请写{FEWEST}到{MOST}个，多的再分一问"
    elif node.door and count:
        yield "door", "已经到头了，又有选择接在它后面。请删去door，或者把那些选择移开"
    if bool(node.answer) != bool(node.parent):
        yield "answer", "第一问不写选择的话，别的行都要写。请补上或者删去answer"
    before = [one.answer for one in routes.answers[node.parent] if one.line < node.line]
    if node.parent and node.answer in before:
        yield "answer", "同一问里有两个一样的选择，读者分不清。请改写其中一个"
    if node.door and not node.keywords:
        yield "keywords", "没有日常说法，打字就找不到它。请写几个读者会用的词"
    if any(set("，、；") & set(word) for word in node.keywords):
        yield "keywords", "几个词连在一起了，打字就找不到。请用英文分号分开"
    if routes.taps(node) > MOST_TAPS:
        yield "parent", f"从首页走到这里超过{MOST_TAPS}步。请把它移到前面的一问里"


def _door_faults(
    routes: Routes, door: Door, offices: Mapping[str, Office], deadlines: Collection[str]
) -> Iterator[tuple[str, str]]:
    for code in door.offices:
        if code not in offices:
            yield "office", "有一个窗口不在offices.csv里。请改正代码，或者先登记窗口"
    here = [offices[code] for code in door.offices if code in offices]
    if here and not any(row.address and row.hours and row.telephone for row in here):
        yield (
            "office",
            "没有一个窗口写全了地址、时间和电话，走到这里也找不到门。请在offices.csv里补上",
        )
    for code in door.deadlines:
        if code not in deadlines:
            yield "deadline", "有一个期限本站没有列出。请改用deadlines.csv里启用的代码"
    chain = routes.chain(door)
    named = [offices[code] for one in chain for code in one.offices if code in offices]
    if any(office.type == LAST for office in named):
        return
    if chain[-1].next_door:
        yield "next_door", "一扇接一扇又走回原处。请让其中一扇通到上一级信访部门"
    else:
        where = "这里" if len(chain) == 1 else f"第 {chain[-1].line} 行"
        yield "next_door", f"走到{where}就没有下一扇门了。请写明它不办时再找哪一扇"


def _onward(routes: Routes, end: Node) -> tuple[Door, ...]:
    return routes.chain(routes.doors[end.door]) if end.door in routes.doors else ()


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, cell.split(";")) if part)


def _node(line: int, row: Row) -> Node:
    own = {name: row[name] for name in ("code", "parent", "answer", "hint", "question", "door")}
    return Node(line, **own, keywords=_parts(row["keywords"]))


def _door(line: int, row: Row) -> Door:
    own = {name: row[name] for name in ("code", "title", "lede", "next_door", "note")}
    return Door(
        line,
        **own,
        offices=_parts(row["office"]),
        pages=_parts(row["pages"]),
        bring=_parts(row["bring"]),
        limits=_parts(row["limit"]),
        deadlines=_parts(row["deadline"]),
        laws=_parts(row["laws"]),
        urgent=row["urgent"] == "true",
        last_checked=row["last_checked"],
    )
