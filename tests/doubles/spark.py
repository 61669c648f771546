"""A real Spark standalone cluster on loopback: a master and a worker, as processes of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

PATIENCE = 120  # seconds until the worker has registered, on a machine that is busy
CORES = 2
DRIVER = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.executor.memory": "512m",
    "spark.sql.shuffle.partitions": "2",
}


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """The address of a running cluster, with what a driver on the same machine needs to join."""
    programs = _programs()
    port = _free_port()
    master = f"spark://127.0.0.1:{port}"
    log = folder / "master.log"
    options = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
    processes = [_started(programs, "master.Master", *options, log=log)]
    try:
        _wait_for(log, "Successfully started service 'sparkMaster'", processes)
        place = ("--host", "127.0.0.1", "--webui-port", "0", "-d", str(folder / "worker"))
        size = ("-c", str(CORES), "-m", "1g", master)
        worker = _started(programs, "worker.Worker", *place, *size, log=folder / "worker.log")
        processes.append(worker)
        _wait_for(log, "Registering worker", processes)
        yield f"{master}?{urlencode(DRIVER)}"
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(PATIENCE)


def _started(programs: Path, name: str, *options: str, log: Path) -> subprocess.Popen[bytes]:
    quiet = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(log.parent)}
    with log.open("wb") as written:
        return subprocess.Popen(
            [programs / "bin" / "spark-class", f"org.apache.spark.deploy.{name}", *options],
            stdout=written,
            stderr=written,
            env={**os.environ, **quiet},
        )


def _wait_for(log: Path, words: str, processes: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + PATIENCE
    while words not in log.read_text():
        if time.monotonic() > until or any(p.poll() is not None for p in processes):
            pytest.fail(f"the Spark cluster did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)


def _programs() -> Path:
    """Spark's own folder, as PyPI's pyspark brings it."""
    try:
        import pyspark
    except ImportError:
        pytest.fail("pyspark is missing: run scripts/test, or scripts/setup --all-extras")
    if shutil.which("java") is None:
        pytest.fail(
            "Java is missing: install Debian's openjdk-17-jre-headless, or run scripts/test"
        )
    return Path(pyspark.__file__).parent


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
