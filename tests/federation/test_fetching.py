"""Connections: verified where they are remote, few at a time of one host, ended when time is up."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from doubles.front import certify
from doubles.lower import Lower, put
from doubles.lower_host import answers, drips, hosted
from yanlu.errors import FederationError, TruncatedError, UnreachableError
from yanlu.federation.fetching import Folder, Hosts, Limits
from yanlu.federation.turns import in_turn
from yanlu.federation.watch import Watch
from yanlu.packages.lower_offices import LowerOffice

KEY = Lower("east").signer.key.vkey


def _office(address: str) -> LowerOffice:
    return LowerOffice("east", "东县", "east", address, KEY)


def test_over_tls_only_a_certificate_that_is_trusted_and_of_that_name_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "served" / "a", b"content")
    certify(tmp_path, "localhost")
    with hosted(tmp_path / "served", tmp_path) as host, Watch().looking() as watch:
        office = _office(host.address)
        with (
            Hosts(Limits(), watch).opened(office, tmp_path) as site,
            pytest.raises(UnreachableError, match="证书不对"),
        ):
            site.ask("a", 10)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "fullchain.pem"))
        with Hosts(Limits(), watch).opened(office, tmp_path) as site:
            assert site.ask("a", 10).content == b"content"
            host.tricks["a"] = drips
        slow = Hosts(Limits(file=0.3), watch).opened(office, tmp_path)
        with slow as site, pytest.raises(FederationError, match="还没有发完"):
            site.ask("a", 10**6)
        other = _office(host.address.replace("localhost", "127.0.0.1"))
        with (
            Hosts(Limits(), watch).opened(other, tmp_path) as site,
            pytest.raises(UnreachableError, match="证书不对"),
        ):
            site.ask("a", 10)


def test_a_connection_that_was_given_up_meanwhile_is_made_anew_once(tmp_path: Path) -> None:
    put(tmp_path / "a", b"content")
    with hosted(tmp_path) as host, Watch().looking() as watch:
        hosts = Hosts(Limits(), watch)
        with hosts.opened(_office(host.address), tmp_path) as site:
            host.tricks["b"] = lambda asked: setattr(asked, "close_connection", True)
            assert site.ask("a", 10).content == b"content"
            with pytest.raises(UnreachableError, match="中途断了"):
                site.ask("b", 10)
            host.tricks["c"] = answers(204)
            with pytest.raises(UnreachableError, match="答复 204"):
                site.ask("c", 10)
            assert site.ask("a", 10).content == b"content"
        assert [path for path in host.asked if path == "/b"] == ["/b"] * 2


def test_offices_of_a_slow_host_hold_only_so_many_workers_and_all_others_go_on() -> None:
    slow = [_office(f"https://slow.example/{number}/") for number in range(6)]
    others = [_office("https://quick.example/"), _office("/a/folder"), _office("http://[::1]/")]
    released, started, most = Event(), Counter[str](), Counter[str]()

    def work(office: LowerOffice) -> str:
        host = office.address[:20]
        started[host] += 1
        most[host] = max(most[host], started[host])
        if office in slow:
            released.wait(5)
        started[host] -= 1
        return office.address

    with ThreadPoolExecutor(4) as pool:
        done = in_turn(pool, [*slow, *others], work, Limits(at_once=4, per_host=2))
        first = {next(done) for _ in others}
        assert first == {one.address for one in others}
        released.set()
        assert {*done} == {one.address for one in slow}
    assert most["https://slow.example"] == 2


def test_all_of_an_office_has_a_limit_of_time(tmp_path: Path) -> None:
    hosts = Hosts(Limits(source=0), Watch())
    with (
        hosts.opened(_office("http://127.0.0.1:9/"), tmp_path) as site,
        pytest.raises(FederationError, match="还没有取完，先停下"),
    ):
        site.ask("a", 10)


def test_of_a_folder_only_files_of_the_right_size_are_read(tmp_path: Path) -> None:
    put(tmp_path / "site" / "a", b"content")
    site = Folder(tmp_path / "site")
    assert site.ask("a", 7).content == b"content"
    with pytest.raises(FederationError, match="有 7 个字节，应当不超过 6 个"):
        site.ask("a", 6)
    for gone in ("b", "a/b", ""):
        with pytest.raises(TruncatedError, match="没有这个文件"):
            site.ask(gone, 10)
    with pytest.raises(UnreachableError, match="没有这个文件夹"):
        Folder(tmp_path / "nowhere").ask("a", 10)
