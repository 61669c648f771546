"""What became of a batch that is over, in the words of deliveries, histories and alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yanlu.intake.delivery import Delivery
from yanlu.intake.forge.port import Status
from yanlu.intake.store.records import Note

OF_BATCH = {
    "merged": Delivery.MERGED,
    "closed": Delivery.RETURNED,
    "missing": Delivery.MISSING,
}
# what a history says of it: not in the words for fates, two of which are the same
HAPPENED = {
    Delivery.MERGED: "published",
    Delivery.RETURNED: "left-out",
    Delivery.MISSING: "branch-gone",
}


def unclear(branch: str, outcomes: Mapping[str, Delivery], status: Status) -> Iterator[str]:
    """A sentence for staff where nobody but they can tell what became of a part of a batch."""
    names = sorted(name for name, after in outcomes.items() if after is Delivery.MISSING)
    if names and status.state == "merged":
        yield (
            f"{branch} 已经删去，主分支上没有其中的 {'、'.join(names)}，分不清是合并的时候"
            "去掉的，还是主分支后来改写过：要公布的，用 yanlu review approve 再确认一次；不公布的，"
            "用 yanlu review return 留在库里；把原来的文件放回主分支，程序也认得。"
        )


def why(after: Delivery, status: Status) -> Note | None:
    """In a word or two, for staff, why something is not as it was proposed."""
    if after is Delivery.RETURNED:
        left_out = status.state == "merged"
        return Note("合并的时候去掉了这一条" if left_out else "审核被关闭，没有合并")
    if after is Delivery.MISSING and status.state == "merged":
        return Note("分支已经删去，主分支上没有这一条")
    return Note("工作人员在分支上改过") if status.edited else None
