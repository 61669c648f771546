"""Nothing about a person reaches git, the site, a log or an error message.

Names, identity numbers, telephones and addresses are planted wherever a record can hold
them; then everything that Yanlu writes or prints is searched for them.
"""

from __future__ import annotations

import csv
import gzip
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from conftest import HEADER, RECORDS, Writes, commit_all, copy_repository, record, run_yanlu
from yanlu.settings import Portal

PLANTED = (
    "张金丝雀",
    "买买提·金丝雀",
    "110101199003078515",
    "13912345678",
    "canary@example.com",
    "金丝雀路8号3单元",
)


def _found(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    encodings = ("utf-8", "gb18030", "unicode_escape")
    return [p for p in PLANTED if any(p.encode(encoding) in data for encoding in encodings)]


def _with_persons(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Rows with three more columns that the mapping ignores, and a personal case number."""
    name, telephone, address = PLANTED[0], PLANTED[3], PLANTED[5]
    return [*HEADER, "姓名", "电话", "地址"], [[*row, name, telephone, address] for row in rows]


def _all_bytes(folder: Path) -> dict[str, list[str]]:
    """Planted words in the files of a folder and in their names."""
    hits = {
        path.relative_to(folder).as_posix(): _found(path.read_bytes()) + _found(path.name)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: found for name, found in hits.items() if found}


def _git_objects(folder: Path) -> bytes:
    listed = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return listed.stdout


def test_persons_in_records_leave_no_trace_from_file_to_site(
    tmp_path: Path, write_records: Writes, portal: Portal
) -> None:
    folder = copy_repository(tmp_path / "repository")
    shutil.copy(portal.data / "mappings" / "small.toml", folder / "data" / "mappings")
    rows = [record(i, 编号=f"{PLANTED[2]}-{i}") for i in range(30)]
    header, rows = _with_persons(rows)
    cases = write_records(rows, header=header, name="张金丝雀.csv")
    published = run_yanlu(
        folder, "stats", "publish", str(cases), "--month", "2024-03", "--mapping", "small"
    )
    assert published.returncode == 0, published.stderr
    commit_all(folder)
    built = run_yanlu(folder, "build")
    assert built.returncode == 0, built.stderr
    assert _all_bytes(folder / "data") == {}
    assert _all_bytes(folder / "public") == {}
    assert _found(_git_objects(folder)) == []
    assert _found(published.stdout + published.stderr + built.stdout + built.stderr) == []


BROKEN = {
    "a name as region": {"地区": PLANTED[0]},
    "a telephone as topic": {"主题": PLANTED[3]},
    "an address as channel": {"渠道": PLANTED[5]},
    "an identity number as date": {"收到": PLANTED[2]},
    "a minority name as limit": {"期限": PLANTED[1]},
    "an e-mail address as reply": {"回复": PLANTED[4]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_no_error_message_quotes_a_record(portal: Portal, write_records: Writes, name: str) -> None:
    header, rows = _with_persons([record(1), record(2, **BROKEN[name]), record(1)])
    path = write_records(rows, header=header)
    for source in (path, _packed(path), _as_workbook(path)):
        done = run_yanlu(portal.folder, "stats", "publish", str(source), "--month", "2024-03")
        assert done.returncode == 2
        assert "第 3 行" in done.stderr
        assert _found(done.stdout + done.stderr) == []


def _as_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            book.active.append([cell or None for cell in row])
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def _packed(path: Path) -> Path:
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed


RUINED = {
    "no header": lambda text: text.split("\n", 1)[1],
    "an open quote": lambda text: text.replace(PLANTED[0], '"' + PLANTED[0], 1),
    "a surplus cell": lambda text: text.replace(PLANTED[5], PLANTED[5] + ",x", 1),
    "a lost cell": lambda text: text.replace(f",{PLANTED[5]}", "", 1),
    "a null byte": lambda text: text.replace(PLANTED[0], PLANTED[0] + "\0", 1),
    "only the first half": lambda text: text[: len(text) // 2 + 7],
}


@pytest.mark.parametrize("name", RUINED)
def test_no_reader_quotes_a_ruined_file(portal: Portal, write_records: Writes, name: str) -> None:
    header, rows = _with_persons([record(i) for i in range(20)])
    path = write_records(rows, header=header)
    path.write_text(RUINED[name](path.read_text("utf-8")), "utf-8")
    done = run_yanlu(portal.folder, "stats", "publish", str(path), "--month", "2024-03")
    assert done.returncode == 2, done.stderr
    assert _found(done.stdout + done.stderr) == []
    assert "Traceback" not in done.stderr


def test_an_unforeseen_error_tells_its_kind_only(portal: Portal, write_records: Writes) -> None:
    """A folder where a file should be makes the program stumble, not talk."""
    path = write_records([record(i) for i in range(9)])
    releases = portal.data / "statistics" / "releases.csv"
    releases.mkdir(parents=True)
    done = run_yanlu(portal.folder, "stats", "publish", str(path), "--month", "2024-03")
    assert done.returncode == 70
    assert "程序出错了（IsADirectoryError）" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_shipped_records_themselves_hold_no_address() -> None:
    with gzip.open(RECORDS, "rt") as file:
        head = file.readline()
    assert not {"LOCATION_STREET_NAME", "LATITUDE", "LONGITUDE", "CLOSURE_REASON"} & set(
        head.strip().split(",")
    )
