"""Whether the service lives and can take anything; counts without persons; start and end."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib import request as web

import pytest
from starlette.requests import Request

from conftest import run_yanlu
from doubles.citizen import WRITTEN, ask, confirmed, look
from doubles.door import Running, Serving, free_ports
from intake.arrivals import arrival
from intake.web.asgi import Inside
from yanlu.headers import HEADERS
from yanlu.intake.store.database import Store, change, opened, rows
from yanlu.intake.store.writer import commit
from yanlu.intake.web import health

POLICY = "Content-Security-Policy"


def until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for something that another thread does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_every_answer_is_strict_private_and_without_cookies(door: Running) -> None:
    answers = [
        door.look("/healthz"),
        door.look("/readyz"),
        door.look("/nowhere"),
        door.look("/suggest/check"),
        door.send("/suggest/check", {}),
        door.send("/suggest/edit", WRITTEN),
        door.send("/check/status", {"code": "x"}),
        door.send("/suggest/send", confirmed(door.store, WRITTEN)),
        ask(door.port, "/suggest/send", body=b"{}", kind="application/json"),
        ask(door.port, "/suggest/send", method="DELETE"),
    ]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name.lower()] == value
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert "set-cookie" not in answer.headers
        assert not any(name.startswith("access-control") for name in answer.headers)


def test_answers_may_load_scripts_of_ours_and_no_others(door: Running) -> None:
    answer = door.send("/suggest/check", WRITTEN)
    assert answer.headers[POLICY.lower()] == HEADERS[POLICY]
    sources = dict(rule.split(" ", 1) for rule in HEADERS[POLICY].split("; "))
    assert sources["script-src"] == "'self'"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/suggest/check", "/suggest/write/"),
        ("/suggest/send", "/suggest/write/"),
        ("/check/status", "/check/"),
    ],
)
def test_who_comes_without_a_form_is_sent_to_it(door: Running, path: str, page: str) -> None:
    answer = door.look(path)
    assert (answer.status, answer.headers["location"]) == (303, page)


def test_other_methods_and_addresses_are_answered_by_pages_of_ours(door: Running) -> None:
    wrong = ask(door.port, "/suggest/send", method="PUT", body=b"")
    assert wrong.status == 405
    assert "POST" in wrong.headers["allow"]
    assert "<h1>" in wrong.text
    lost = door.look("//evil.example/suggest/send/")
    assert lost.status == 404
    assert "<h1>" in lost.text


def test_metrics_count_on_a_port_of_their_own(serving: Serving) -> None:
    with serving() as door:
        door.send("/suggest/send", confirmed(door.store, WRITTEN))
        door.send("/suggest/check", {})
        assert door.metric("yanlu_accepted_total") == 1
        assert door.metric('yanlu_refused_total{reason="entry"}') == 1
        assert door.metric("yanlu_commit_seconds_count") == 1
        assert door.metric("yanlu_queue_depth") == 0
        assert door.metric("yanlu_free_bytes") > 0
        assert door.metric("yanlu_writer_alive") == 1
        assert door.metric("yanlu_backup_age_seconds") > 1e9  # there is none
        assert door.look("/metrics").status == 404


def test_whoever_reads_the_alarms_is_seen_and_the_doctor_that_asks_for_it_is_not(
    serving: Serving,
) -> None:
    def age(reader: str) -> float:
        place = f"http://127.0.0.1:{door.metrics_port}/metrics"
        with web.urlopen(web.Request(place, headers={"User-Agent": reader})) as answer:
            text = answer.read().decode()
        return float(text.partition("\nyanlu_alarms_read_age_seconds ")[2].split()[0])

    with serving() as door:
        assert min(age(health.DOCTOR) for _ in range(2)) > 1e9  # nobody has
        age("Prometheus")
        assert age(health.DOCTOR) < 60


def _approve_one(folder: Path) -> None:
    """Something is there that may be published."""
    with opened(folder) as store:
        commit(store, [arrival()], 0)
        change(store.main, "UPDATE submission SET delivery = 'approved'", ())


def test_a_forge_that_is_down_is_an_alarm_and_makes_nothing_unready(
    serving: Serving, tmp_path: Path
) -> None:
    """The office of these tests is no git repository: nothing can be published from it."""
    _approve_one(tmp_path / "store")
    with serving() as door:
        until(lambda: door.metric('yanlu_alarm{of="forge"}') == 1)
        assert (door.look("/healthz").status, door.look("/readyz").status) == (200, 200)
        assert door.send("/suggest/send", confirmed(door.store, WRITTEN)).code
        assert door.metric('yanlu_unpublished{state="approved"}') == 1
        assert door.metric('yanlu_unpublished{state="waiting"}') == 1
        assert door.metric("yanlu_worker_round_age_seconds") < 60
        for other in ("writer", "worker", "missing"):
            assert door.metric(f'yanlu_alarm{{of="{other}"}}') == 0


def test_metrics_hold_nothing_that_anybody_wrote_or_came_from(serving: Serving) -> None:
    written = {
        **WRITTEN,
        "phone": "13912345678",
        "email": "planted@example.org",
        "word": "老槐树下",
    }
    with serving() as door:
        fields = confirmed(door.store, written)
        receipt = door.send("/suggest/send", fields, User_Agent="planted-agent")
        assert receipt.code
        told = look(door.metrics_port, "/metrics").text
        with opened(door.store) as store:
            [held] = rows(store.main, "SELECT id FROM submission")
    for planted in (*written.values(), receipt.code, held["id"], "planted", "127.0.0.1"):
        assert planted not in told
    for line in told.splitlines():
        assert re.fullmatch(r'# .*|\w+(\{(reason|le|state|of)="[\w.+-]+"\})? [\d.]+', line)


def test_a_probe_of_a_locked_store_is_made_once_and_keeps_nobody_waiting(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes: list[object] = []
    refuse = health._refuse_unwritable  # noqa: SLF001

    def counting(store: Store) -> None:
        probes.append(store)
        refuse(store)

    async def act() -> tuple[set[str], float]:
        asked = health.Health(inside.service)
        asking = [asyncio.create_task(asked.ready(Request({"type": "http"}))) for _ in range(5)]
        await asyncio.sleep(0.05)
        began = time.monotonic()
        await inside.service.aside.do(lambda store: rows(store.main, "SELECT 1"))
        took = time.monotonic() - began
        return {bytes((await one).body).decode() for one in asking}, took

    monkeypatch.setattr(health, "_PATIENCE", 0.5)
    monkeypatch.setattr(health, "_refuse_unwritable", counting)
    with opened(inside.store) as other:
        other.main.execute("BEGIN IMMEDIATE")
        told, took = asyncio.run(act())
        other.main.execute("ROLLBACK")
    assert (told, len(probes)) == ({"store\n"}, 1)
    assert took < 0.4


def test_a_taken_port_is_named_and_nothing_is_opened(office: Path, tmp_path: Path) -> None:
    port, metrics_port = free_ports(2)
    for taken in (port, metrics_port):
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            other.bind(("127.0.0.1", taken))
            other.listen()
            ports = (f"--port={port}", f"--metrics-port={metrics_port}")
            done = run_yanlu(office, "intake", "serve", *ports, f"--store={tmp_path / 'store'}")
        assert done.returncode == 2
        assert f"端口 {taken} 已经被别的程序占用" in done.stderr
    assert not (tmp_path / "store").exists()


def test_without_a_built_site_it_says_what_to_run(office: Path, tmp_path: Path) -> None:
    port, metrics_port = free_ports(2)
    ports = (f"--port={port}", f"--metrics-port={metrics_port}")
    done = run_yanlu(
        office, "intake", "serve", *ports, f"--store={tmp_path / 'a'}", f"--site={tmp_path}"
    )
    assert done.returncode == 2
    assert "请先运行 yanlu build" in done.stderr


def test_a_proxy_must_be_a_network(office: Path) -> None:
    done = run_yanlu(office, "intake", "serve", "--trusted-proxy", "everyone")
    assert done.returncode == 2
    assert "网段" in done.stderr


def test_told_to_stop_it_ends_with_0_and_its_store_is_whole(serving: Serving) -> None:
    with serving() as door:
        code = door.send("/suggest/send", confirmed(door.store, WRITTEN)).code
        door.process.send_signal(signal.SIGTERM)
        assert door.process.wait(10) == 0
        assert sorted(p.name for p in door.store.iterdir()) == [
            "intake.key", "keys.sqlite", "store.sqlite",
        ]  # fmt: skip
    with serving() as door:
        assert door.send("/check/status", {"code": str(code)}).status == 200
