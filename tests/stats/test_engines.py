"""The same records give the same release on DuckDB, on PostgreSQL and on a cluster of Spark."""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import ibis
import psycopg
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from conftest import HEADER, MAPPING, NOW, RECORDS, ROOT, record, snapshot
from doubles.postgres import Server, postgres_server
from doubles.spark import spark_cluster
from yanlu.errors import InputError
from yanlu.model import Cell, Month
from yanlu.packages.read import read_release
from yanlu.settings import Portal, open_portal
from yanlu.stats import spark
from yanlu.stats.count import count_events
from yanlu.stats.mapping import choose_mapping
from yanlu.stats.publish import Order, prepare, write
from yanlu.stats.read import open_cases

BOSTON = Month(2015, 3)
MARCH = Month(2024, 3)
ROWS = [
    record(1),
    record(2, 渠道="网站", 回复="2024-03-25 08:00"),
    record(3, 期限="", 主题=" 噪声 "),
    record(4, 回复="", 期限="2024-02-29 23:59"),
    record(5, 收到="2024-02-28 10:00", 渠道="自查", 地区="南区"),
    record(6, 收到="2024-3-1 0:00", 期限="2024-03-31 23:59", 回复="2024-03-31 23:59"),
    record(7, 收到="2024-03-31 23:59", 期限="", 回复="2024-04-01 00:00"),
]
FAULTY = [
    *ROWS,
    record(1, 地区="李四的家"),
    record(8, 收到="2024-02-30 10:00"),
    record(9, 收到="2023-02-29 10:00", 主题=""),
    record(10, 收到="2024/03/07 10:00"),
    record(11, 收到="昨天"),
    record(12, 编号=""),
    record(13, 编号="  ", 渠道="13800138000"),
    record(14, 回复="2024-03-01 00:00"),
    record(15, 回复="2031-03-01 00:00"),
    record(16, 收到="1924-03-05 09:00"),
    *(record(100 + n, 主题=f"张三{n}") for n in range(1200)),  # not a list of codes
]


class Engines:
    """Where each engine finds a table of one name, once it was laid there."""

    def __init__(self, folder: Path, server: Server, cluster: str) -> None:
        self.folder, self.server, self.cluster = folder, server, cluster

    def lay(self, name: str, rows: Sequence[Sequence[object]]) -> dict[str, str]:
        """The same rows on every engine; the address of each."""
        columns = zip(*rows, strict=True)
        table = pa.table([pa.array(list(values)) for values in columns], names=list(HEADER))
        database = self.folder / f"{name}.db"
        own = ibis.duckdb.connect(database)
        own.create_table(name, ibis.memtable(table))
        own.disconnect()
        self._copy(name, table)
        return {
            "duckdb": f"duckdb://{database}#{name}",
            "postgres": f"{self.server.url()}#public.{name}",
            "spark": f"{self.cluster}#{self._file(name, table)}",
        }

    def _file(self, name: str, table: pa.Table) -> Path:
        """Texts as CSV, whatever else as Parquet."""
        if {*table.schema.types} == {pa.string()}:
            pa.csv.write_csv(table, self.folder / f"{name}.csv")
            return self.folder / f"{name}.csv"
        pa.parquet.write_table(table, self.folder / f"{name}.parquet")
        return self.folder / f"{name}.parquet"

    def _copy(self, name: str, table: pa.Table) -> None:
        kinds = {pa.string(): "text", pa.timestamp("us"): "timestamp", pa.date32(): "date"}
        columns = ", ".join(f'"{field.name}" {kinds[field.type]}' for field in table.schema)
        with psycopg.connect(self.server.url()) as connection, connection.cursor() as cursor:
            cursor.execute(f'create table "{name}" ({columns})')
            with cursor.copy(f'copy "{name}" from stdin') as copy:
                for row in table.to_pylist():
                    copy.write_row(list(row.values()))


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    folder = tmp_path_factory.mktemp("engines")
    with postgres_server() as server, spark_cluster(folder) as cluster:
        yield Engines(folder, server, cluster)


@pytest.fixture(scope="module")
def laid(engines: Engines) -> dict[str, dict[str, str]]:
    """Every table of this module on every engine: texts, real moments, faults."""
    moments = [
        [
            datetime.fromisoformat(text) if text.startswith("2024-0") else text.strip() or None
            for text in row
        ]
        for row in ROWS
        if "-3-" not in row[1]
    ]
    return {
        "texts": engines.lay("texts", ROWS),
        "moments": engines.lay("moments", moments),
        "faulty": engines.lay("faulty", FAULTY),
    }


def _count(portal: Portal, source: str) -> dict[Cell, int]:
    _, mapping = choose_mapping(portal, None)
    with open_cases(source, mapping) as cases:
        return dict(count_events(cases, mapping, portal.codes, MARCH, NOW).cube.counts)


def _refused(portal: Portal, source: str) -> str:
    with pytest.raises(InputError) as refusal:
        _count(portal, source)
    return str(refusal.value)


def _remade(folder: Path, source: str, fetched: list[pa.Table]) -> None:
    """Publish from `source` in an office without a release, and compare every byte."""
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("statistics"))
    office, now = open_portal(folder), datetime.fromisoformat("2026-11-24T12:00:00")
    method = read_release(ROOT / "data", BOSTON, 1).method
    order = Order(source, BOSTON)
    prepared = prepare(office, order, now=now, report=lambda _: None, method=method)
    written = write(office, prepared, now=now)
    assert snapshot(written) == snapshot(ROOT / written.relative_to(folder))
    assert sum(map(len, fetched)) < prepared.counted.records / 5


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[pa.Table]:
    """What each query brought here."""
    tables: list[pa.Table] = []
    own = ibis.expr.types.Table.to_pyarrow

    def counted(table: Any, **options: Any) -> pa.Table:
        answer = own(table, **options)
        tables.append(answer)
        return answer

    monkeypatch.setattr(ibis.expr.types.Table, "to_pyarrow", counted)
    return tables


def test_postgresql_remakes_the_committed_release_and_sends_only_tallies(
    engines: Engines, tmp_path: Path, fetched: list[pa.Table]
) -> None:
    with gzip.open(RECORDS, "rt", encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    columns = ", ".join(f'"{name}" text' for name in names)
    with psycopg.connect(engines.server.url()) as connection, connection.cursor() as cursor:
        cursor.execute(f"create table boston ({columns})")
        with cursor.copy("copy boston from stdin (format csv, header)") as copy:
            copy.write(gzip.decompress(RECORDS.read_bytes()))
    _remade(tmp_path, f"{engines.server.url()}#boston", fetched)


def test_spark_remakes_the_committed_release_and_sends_only_tallies(
    engines: Engines, tmp_path: Path, fetched: list[pa.Table]
) -> None:
    _remade(tmp_path, f"{engines.cluster}#{RECORDS}", fetched)


@pytest.mark.parametrize("name", ["texts", "moments"])
def test_texts_and_moments_are_counted_as_duckdb_counts_them(
    portal: Portal, laid: dict[str, dict[str, str]], name: str
) -> None:
    assert _count(portal, laid[name]["postgres"]) == _count(portal, laid[name]["duckdb"])


def _refused_alike(
    portal: Portal, places: dict[str, str], engine: str, fetched: list[pa.Table]
) -> None:
    own = _refused(portal, places["duckdb"])
    assert own.count("  · ") == 9, own
    assert "列 主题：1201 个取值" in own
    assert "另有 201 个" in own
    theirs = _refused(portal, places[engine])
    assert theirs.replace("faulty.csv", "faulty").replace("public.", "") == own
    brought = str([table.to_pydict() for table in fetched])
    assert not any(value in brought for value in ("李四", "张三", "13800138000"))


def test_every_fault_is_named_in_the_words_that_duckdb_leads_to_and_no_value_leaves(
    portal: Portal, laid: dict[str, dict[str, str]], fetched: list[pa.Table]
) -> None:
    _refused_alike(portal, laid["faulty"], "postgres", fetched)


def _count_days(portal: Portal, engines: Engines, engine: str) -> None:
    """A limit that is a day, written and real, runs to its end."""
    mapping = portal.data / "mappings" / "small.toml"
    mapping.write_text(MAPPING.replace("%Y-%m-%d %H:%M", "%Y-%m-%d"), "utf-8")
    row = record(1, 收到="2024-03-05", 期限="2024-03-10", 回复="2024-03-10")
    dated = [datetime.fromisoformat(x).date() if x.startswith("2024-") else x for x in row]
    for name, rows in (("written_days", [row]), ("real_days", [dated])):
        places = engines.lay(f"{name}_{engine}", rows)
        counts = _count(portal, places[engine])
        assert {str(cell.event) for cell in counts} == {"received", "replied-on-time"}
        assert counts == _count(portal, places["duckdb"])


def test_a_limit_that_is_a_day_runs_to_its_end_on_postgresql_too(
    portal: Portal, engines: Engines
) -> None:
    _count_days(portal, engines, "postgres")


def test_spark_counts_all_of_that_as_duckdb_does_and_names_the_same_faults(
    portal: Portal,
    engines: Engines,
    laid: dict[str, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    fetched: list[pa.Table],
) -> None:
    """In one session: every new one waits for the cluster."""
    master, _, query = engines.cluster.partition("?")
    opened = spark._session(master, dict(parse_qsl(query)))  # noqa: SLF001 - to be held open
    with opened as session:
        monkeypatch.setattr(spark, "_session", lambda *_: nullcontext(session))
        for name in ("texts", "moments"):
            assert _count(portal, laid[name]["spark"]) == _count(portal, laid[name]["duckdb"])
        _refused_alike(portal, laid["faulty"], "spark", fetched)
        _count_days(portal, engines, "spark")
        _refuse_types(portal, engines)


def _refuse_types(portal: Portal, engines: Engines) -> None:
    """As DuckDB refuses them: a moment with a zone, and what cannot hold a code."""
    instant = pa.array([datetime(2024, 3, 5, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    odd = {"收到": (instant, "没有时区"), "主题": (pa.array([["路灯"]]), "不是文本或整数")}
    for column, (values, words) in odd.items():
        file = engines.folder / f"{column}.parquet"
        table = pa.table({name: [text] for name, text in zip(HEADER, record(1), strict=True)})
        at = table.schema.get_field_index(column)
        pa.parquet.write_table(table.set_column(at, column, values), file)
        message = _refused(portal, f"{engines.cluster}#{file}")
        assert words in message
        assert message == _refused(portal, str(file))


def test_a_record_that_comes_in_while_postgresql_counts_is_not_in_the_count(
    portal: Portal, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = engines.lay("live", ROWS)["postgres"]
    before, own = _count(portal, source), ibis.expr.types.Table.to_pyarrow

    def disturbed(table: Any, **options: Any) -> pa.Table:
        answer = own(table, **options)
        with psycopg.connect(engines.server.url()) as connection:  # a number that is there already
            connection.execute("insert into live select * from live limit 1")
        return answer

    monkeypatch.setattr(ibis.expr.types.Table, "to_pyarrow", disturbed)
    assert _count(portal, source) == before
    monkeypatch.undo()
    assert "重复" in _refused(portal, source)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://yanlu:geheim@127.0.0.1:1/db#案件", "不要写密码"),
        ("postgresql://yanlu@127.0.0.1:1/db?password=geheim#案件", "不要写密码"),
        ("postgresql://yanlu@127.0.0.1:1/db#案件", "连不上 PostgreSQL"),
        ("postgresql://yanlu@127.0.0.1:1/db?nothing=geheim#案件", "地址写得不对"),
        ("postgresql:///db?sslpassword=geheim#案件", "不要写密码"),
        ("postgresql://[geheim#案件", "地址写得不对"),
        ("POSTGRESQL://yanlu:geheim@h/db#案件", "小写"),
        ("yanlu:geheim@h postgresql://h/db#案件", "不认识 这种 数据库"),
        ("postgresql:geheim@h/db#案件", "地址没有写对"),
        ("postgres:/yanlu:geheim@h/db.csv", "地址没有写对"),
        ("host=h password=geheim#案件", "地址没有写对"),
        ("spark://127.0.0.1:7077?spark.hadoop.fs.passwd=geheim#案件", "不要写密钥"),
        ("spark://127.0.0.1:7077?spark.authenticate.secret=geheim#案件", "不要写密钥"),
        ("spark://127.0.0.1:1#案件", "连不上 Spark"),
        ("spark://127.0.0.1#案件", "连不上 Spark"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence_without_its_secrets(
    portal: Portal, address: str, words: str
) -> None:
    message = _refused(portal, address)
    assert words in message
    assert "geheim" not in message
    assert "\n" not in message


def test_what_postgresql_refuses_is_said_without_a_record(portal: Portal, engines: Engines) -> None:
    with psycopg.connect(engines.server.url()) as connection:
        connection.execute("create role clerk login")
        connection.execute(
            "create view broken as select 姓名::int as 编号, '' as 收到, '' as 期限, '' as 回复,"
            " '' as 地区, '' as 主题, '' as 渠道 from (values ('张三'), ('李四')) as t (姓名)"
        )
    clerk = engines.server.url().replace("yanlu@", "clerk@")
    assert "没有这个表" in _refused(portal, f"{engines.server.url()}#nothing")
    assert "SELECT 权限" in _refused(portal, f"{clerk}#broken")
    message = _refused(portal, f"{engines.server.url()}#broken")
    assert "错误代码 22P02" in message
    assert "张三" not in message


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("way", "电话", "换成文本"),
        ("xml", "<a>电话</a>", "换成文本"),
        ("text[]", "{电话}", "列 渠道 应当是渠道"),
        ("inet", "127.0.0.1", "列 渠道 应当是渠道"),
        ("point", "(1,2)", "列 渠道 应当是渠道"),
    ],
)
def test_a_type_of_postgresql_that_holds_no_code_is_one_sentence_about_what_to_do(
    portal: Portal, engines: Engines, kind: str, value: str, words: str
) -> None:
    texts = ", ".join(f"{name} text" for name in HEADER[:-1])
    with psycopg.connect(engines.server.url()) as connection:
        connection.execute("drop table if exists odd; drop type if exists way")
        connection.execute("create type way as enum ('电话')")
        connection.execute(f"create table odd ({texts}, 渠道 {kind})")
        connection.execute(
            "insert into odd values (%s, %s, %s, %s, %s, %s, %s)", record(1, 渠道=value)
        )
    message = _refused(portal, f"{engines.server.url()}#odd")
    assert words in message
    assert "电话" not in message


def test_the_view_and_the_reader_of_the_manual_are_enough(portal: Portal, engines: Engines) -> None:
    manual = (ROOT / "content" / "about" / "engines.md").read_text("utf-8")
    moments = "收到 timestamptz, 期限 timestamptz, 回复 timestamptz"
    cells = [*record(1, 收到="2024-02-29 23:30+08"), "张三"]
    with psycopg.connect(engines.server.url()) as connection:
        connection.execute("set time zone 'Asia/Shanghai'")
        connection.execute(
            f"create table 案件 (编号 text, {moments}, 地区 text, 主题 text, 渠道 text, 姓名 text)"
        )
        connection.execute("insert into 案件 values (%s, %s, %s, %s, %s, %s, %s, %s)", cells)
        for block in re.findall(r"```sql\n(.*?)```", manual, re.DOTALL):
            connection.execute(block.encode())
    reader = engines.server.url().replace("yanlu@", "yanlu_reader@")
    counts = _count(portal, f"{reader}#案件_本地")
    assert {str(cell.event) for cell in counts} == {"replied-on-time"}


def test_what_spark_cannot_read_is_said_without_a_record_on_any_stream(
    portal: Portal, engines: Engines, capfd: pytest.CaptureFixture[str]
) -> None:
    cut = engines.folder / "cut.csv"
    with cut.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS, ["张三", "2024-03-05 09:00"]])
    message = _refused(portal, f"{engines.cluster}#{cut}")
    assert "没有数完" in message
    assert "cut.csv" in message
    assert "张三" not in message + "".join(capfd.readouterr())


def test_a_cluster_without_a_worker_to_spare_is_said_and_not_waited_for(
    portal: Portal,
    laid: dict[str, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("yanlu.stats.spark.WORKERS", 1)
    greedy = laid["moments"]["spark"].replace("memory=512m", "memory=64g")
    assert greedy != laid["moments"]["spark"]
    assert "没有空闲的工作节点" in _refused(portal, greedy)


def test_a_way_of_writing_dates_that_an_engine_cannot_read_is_refused(
    portal: Portal, laid: dict[str, dict[str, str]]
) -> None:
    mapping = portal.data / "mappings" / "small.toml"
    mapping.write_text(MAPPING.replace("%Y-%m-%d %H:%M", "%d %B %Y"), "utf-8")
    assert "%B 在数据库和集群上不能读" in _refused(portal, laid["texts"]["postgres"])
