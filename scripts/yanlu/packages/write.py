"""Write a released cube as a data package: a folder that appears whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yanlu.aside import WRITING, sweep
from yanlu.errors import PackageError
from yanlu.locks import alone
from yanlu.model import Release, Released
from yanlu.overlay import in_data
from yanlu.packages.faults import validate
from yanlu.packages.read import LIST, Listing, listed, method_of, release_folder
from yanlu.packages.schemas import CARRIED, TABLES, load_schema, table_resource


@dataclass(frozen=True)
class About:
    """What a reader must know of a release beside its numbers."""

    office: str
    source: str
    terms: str
    note: str
    licence: dict[str, str]


def write_release(released: Released, about: About, *, data: Path, issued: date) -> Path:
    """Write `data/statistics/<month>/v<n>/` and list it in `releases.csv`.

    The package is validated in a folder beside its place and then moved there; a failure
    at any point leaves `data/` as it was.

    Raises:
        PackageError: the package does not pass its own validation.
    """
    release = released.release
    folder = release_folder(data, release.month, release.version)
    entry = Listing(release.month, release.version, issued, release.why or "", release.base)
    with alone(data), aside_of(folder) as aside:
        _write_package(release, about, data, aside)
        _refuse_listed(data, release)
        move_in(aside, folder)
        enlist(data / LIST, [*listed(data), entry], folder)
    return folder


@contextmanager
def aside_of(folder: Path) -> Iterator[Path]:
    """An empty folder beside one that is to be written; nothing of it is left in the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    sweep(folder.parent, WRITING)
    aside = Path(tempfile.mkdtemp(prefix=WRITING, dir=folder.parent))
    try:
        aside.chmod(0o755)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()


def _refuse_listed(data: Path, release: Release) -> None:
    if any((e.month, e.version) == (release.month, release.version) for e in listed(data)):
        raise PackageError(
            f"{release.month} 第 {release.version} 版刚刚由另一个程序发布了，没有再写。"
            "请看一眼结果；要更正请用 --revise。"
        )


def _write_package(release: Release, about: About, data: Path, folder: Path) -> None:
    carry(data, folder)
    header = [field["name"] for field in load_schema("cube")["fields"]]
    rows = [[*map(str, cell), str(count)] for cell, count in sorted(release.counts.items())]
    (folder / "cube.csv").write_text(csv_text([header, *rows]), "utf-8", newline="")
    write_descriptor(_descriptor(release, about, folder), folder)


def carry(data: Path, folder: Path) -> None:
    """Put the code lists of today into a package."""
    for name in CARRIED:
        source = in_data(data, TABLES[name])
        (folder / f"{name}.csv").write_bytes(source.read_bytes())


def write_descriptor(descriptor: dict[str, Any], folder: Path) -> None:
    """Write `datapackage.json` beside the files that it names.

    Raises:
        PackageError: the package does not pass its own validation.
    """
    text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, "utf-8", newline="")
    faults = validate(descriptor, folder)
    if faults:
        listed_faults = "\n".join(f"  · {fault}" for fault in faults)
        raise PackageError(
            f"{descriptor['period']} 的数据包没有通过校验，没有写入：\n{listed_faults}"
        )


def _descriptor(release: Release, about: About, folder: Path) -> dict[str, Any]:
    month = release.month
    revision = {"revises": release.revises, "why": release.why} if release.revises else {}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"statistics-{month}",
        "title": f"{about.office}：{month.title}收到与回复统计",
        "description": (
            f"{month.title}内发生的事件数，按地区、主题、渠道和事件分。"
            f"小于{release.base}的数已舍入为0或{release.base}，"
            f"没有列出的组合为0（表示0至{release.base - 1}）。{about.note}"
        ),
        "version": str(release.version),
        "period": str(month),
        "cutoff": month.end.isoformat(),
        "method": method_of(release.base, release.method),
        "nonce": release.nonce,
        **revision,
        "licenses": [about.licence],
        "sources": [{"title": about.source, "terms": about.terms, "note": about.note}],
        "resources": [sealed(name, folder / f"{name}.csv") for name in ("cube", *CARRIED)],
    }


def sealed(name: str, file: Path) -> dict[str, Any]:
    """A resource descriptor with the hash and the size of its file, which may lie elsewhere."""
    content = file.read_bytes()
    return {
        **table_resource(name, f"{name}.csv"),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }


def move_in(aside: Path, folder: Path) -> None:
    """Take the place; what an interrupted run left is kept when it says the same.

    Raises:
        PackageError: another release lies there. It may have been published: it stays.
    """
    if not folder.exists():
        aside.rename(folder)
        return
    if _contents(aside) != _contents(folder):
        series = folder.parents[1]
        raise PackageError(
            f"data/{series.name}/{folder.parent.name}/{folder.name} 已经有内容不同的发布，"
            f"没有改动它。请从 git 里恢复 data/{series.name}/ 里的清单；"
            "从来没有提交过的，请先删去这个文件夹。"
        )


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def enlist(path: Path, entries: Iterable[Listing], folder: Path) -> None:
    """Write a list of releases; `folder`, the one that it names anew, goes if it cannot be."""
    header = [field["name"] for field in load_schema(path.stem)["fields"]]
    ordered = sorted(entries, key=lambda entry: (entry.month, entry.version))
    try:
        write_whole(path, csv_text([header, *(entry.row() for entry in ordered)]))
    except OSError:
        shutil.rmtree(folder)
        raise


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step."""
    aside = path.with_name(f".{path.name}.writing")
    aside.write_text(text, "utf-8", newline="")
    aside.replace(path)


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV by RFC 4180, with LF line ends."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
