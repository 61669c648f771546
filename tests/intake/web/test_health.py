"""Whether the service lives and can take anything; counts without persons; start and end."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest

from conftest import run_yanlu
from doubles.citizen import WRITTEN, ask, confirmed
from doubles.door import Running, Serving, free_ports
from yanlu.website.serve import HEADERS


def test_every_answer_is_strict_private_and_without_cookies(door: Running) -> None:
    answers = [
        door.look("/healthz"),
        door.look("/readyz"),
        door.look("/nowhere"),
        door.look("/suggest/check"),
        door.send("/suggest/check", WRITTEN),
        door.send("/suggest/check", {}),
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
        assert door.look("/metrics").status == 404


def test_a_forge_that_is_down_makes_nothing_unready(serving: Serving) -> None:
    """The office of these tests is no git repository: nothing can be published from it."""
    with serving() as door:
        assert (door.look("/healthz").status, door.look("/readyz").status) == (200, 200)
        assert door.send("/suggest/send", confirmed(door.store, WRITTEN)).code


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
