"""A table on a Spark cluster, read there: only what is counted comes back."""

from __future__ import annotations

import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import IbisError, TableNotFound

from yanlu.errors import InputError

PATIENCE = 5  # seconds until a master must have answered
WORKERS = 60  # seconds until a worker must have joined
_SECRET = re.compile(r"secret|passw|passphrase|pwd|token|credential|key", re.IGNORECASE)
_OURS = {
    "spark.app.name": "yanlu",
    "spark.log.level": "OFF",  # Spark's log quotes records
    "spark.ui.enabled": "false",  # and so does its page
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # local time, as everywhere here
    "spark.sql.csv.parser.columnPruning.enabled": "false",  # a row that is cut must be noticed
}
_CSV = {"header": True, "quote": '"', "escape": '"', "multiLine": True, "mode": "FAILFAST"}


@contextmanager
def spark_table(address: str, place: str) -> Iterator[ir.Table]:
    """A file (.parquet, .csv, .csv.gz) that the cluster can read, or a table of its catalogue.

    `address` is `spark://host:port`, several masters with commas, and after `?` settings of
    Spark; all else comes from spark-defaults.conf in SPARK_CONF_DIR.

    Raises:
        InputError: a secret in the address, no Java, no master, no worker, no such table, or no
            end of a query. Spark's own words may quote a record and are not passed on.
    """
    master, _, query = address.partition("?")
    settings = dict(parse_qsl(query))
    _refuse_secrets(settings)
    _refuse_silence(master)
    errors = _errors()
    try:
        with _session(master, settings) as session:
            yield _table(session, place)
    except (IbisError, TableNotFound, *errors):
        raise InputError(
            f"Spark 集群没有读到或没有数完 # 后面的表或文件（{_shown(place)}）。请检查："
            "每台机器都读得到它，文件完整、是 UTF-8，内存够用。细节在集群自己的日志里。"
        ) from None


@contextmanager
def _session(master: str, settings: dict[str, str]) -> Iterator[Any]:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    conf = SparkConf().setMaster(master).setAll([*settings.items(), *_OURS.items()])
    gateway = None
    if SparkContext._gateway is None:  # noqa: SLF001 - else every run would leave a JVM behind
        with open(os.devnull, "wb") as silent:  # noqa: PTH123 - a device
            gateway = launch_gateway(  # type: ignore[no-untyped-call]
                conf, {"stderr": silent}
            )
    context = SparkContext(conf=conf, gateway=gateway)
    try:
        _await_worker(context)
        yield SparkSession(context)
    finally:
        context.stop()


def _table(session: Any, place: str) -> ir.Table:
    cluster = ibis.pyspark.connect(session)
    try:
        table = _found(session, cluster, place)
    except NotImplementedError:
        raise InputError(
            f"Spark 的表（{_shown(place)}）里有一列的类型读不了，例如间隔、变体。"
            "请建一个视图，只留对照表要用的列，编号、地区、主题、渠道用文本。"
        ) from None
    return _with_zones(table, cluster.raw_sql(cluster.compile(table)).schema)


def _found(session: Any, cluster: Any, place: str) -> ir.Table:
    name = place.lower()
    if name.endswith((".csv", ".csv.gz")):
        session.read.csv(place, **_CSV).createOrReplaceTempView("cases")
        return cluster.table("cases")
    if name.endswith(".parquet"):
        return cluster.read_parquet(place)
    *database, table = place.split(".")
    return cluster.table(table, database=tuple(database) or None)


def _with_zones(table: ir.Table, schema: Any) -> ir.Table:
    """Ibis takes Spark's TIMESTAMP, a moment in some zone, for local time: say what it is."""
    zoned = [field.name for field in schema if field.dataType.typeName() == "timestamp"]
    return table.mutate(**{name: table[name].cast("timestamp('UTC')") for name in zoned})


def _errors() -> tuple[type[Exception], ...]:
    """What Spark raises, when it can be started at all."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError:
        raise InputError(
            "连接 Spark 还缺少程序包：请先安装 yanlu[spark]，或者先导出成 CSV、Parquet。"
        ) from None
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise InputError("连接 Spark 要用 Java 17：请先安装 Debian 的 openjdk-17-jre-headless。")
    return (PySparkException, Py4JError)


def _refuse_secrets(settings: dict[str, str]) -> None:
    if any(_SECRET.search(name) for name in settings):
        raise InputError(
            "地址里不要写密钥：命令行会留在历史记录里，同一台机器上的人也看得到。"
            "请写进 SPARK_CONF_DIR 所指文件夹里的 spark-defaults.conf。"
        )


def _refuse_silence(master: str) -> None:
    """Spark itself would try for a minute to reach a master that is not there."""
    for one in master.removeprefix("spark://").split(","):
        host, _, port = one.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), PATIENCE):
                return
        except (OSError, ValueError):
            continue
    raise InputError("连不上 Spark 集群的主节点。请检查 spark://主机:端口（一般是 7077）和网络。")


def _await_worker(context: Any) -> None:
    """Without a worker a query would wait for ever."""
    tracker = context._jsc.sc().statusTracker()  # noqa: SLF001 - Python's own does not know
    until = time.monotonic() + WORKERS
    while len(tracker.getExecutorInfos()) <= 1:  # the driver itself
        if time.monotonic() > until:
            raise InputError(
                "Spark 集群没有空闲的工作节点。请在集群的网页上看有没有节点、内存够不够，"
                "再运行一次。"
            )
        time.sleep(0.2)


def _shown(place: str) -> str:
    """The last part of a path: what lies before it is the cluster's business."""
    return place.rpartition("/")[2]
