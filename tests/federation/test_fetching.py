"""Connections: verified where they are remote, few at a time of one host, ended when time is up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from doubles.front import certify
from doubles.lower import Lower, put
from doubles.lower_host import answers, drips, hosted
from yanlu.errors import FederationError, TruncatedError, UnreachableError
from yanlu.federation.fetching import Folder, Hosts, Limits
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


def test_of_one_remote_host_only_so_many_are_open_at_a_time(tmp_path: Path) -> None:
    hosts = Hosts(Limits(per_host=1), Watch())
    second = Event()

    def open_another() -> None:
        with hosts.opened(_office("https://one.example/b/"), tmp_path):
            second.set()

    with ThreadPoolExecutor() as pool:
        with hosts.opened(_office("https://one.example/a/"), tmp_path):
            with hosts.opened(_office("https://two.example/"), tmp_path):
                waiting = pool.submit(open_another)
            assert not second.wait(0.2)
        waiting.result(5)
    assert second.is_set()


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
