"""Serving: strict headers, the site's own 404 page, and a clear word when the port is taken."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import run_yanlu
from doubles.site_door import hosted
from yanlu.headers import SITE_HEADERS


def test_every_answer_carries_the_security_headers(address: str) -> None:
    with urllib.request.urlopen(address) as answer:
        for name, value in SITE_HEADERS.items():
            assert answer.headers[name] == value
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_what_is_not_there_is_answered_by_the_sites_own_page(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{address}nowhere/")
    assert missing.value.code == 404
    assert "没有找到这个页面" in missing.value.read().decode()
    assert missing.value.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["../data/office.toml", "%2e%2e/%2e%2e/data/office.toml"])
def test_nothing_outside_the_site_is_served(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}{path}")
    assert refused.value.code == 404


def test_csv_is_sent_as_utf_8(address: str) -> None:
    with urllib.request.urlopen(f"{address}data/months.csv") as answer:
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


@pytest.fixture
def below(tmp_path: Path) -> Iterator[str]:
    """A small site served under /xinfang/."""
    for place, text in (
        ("index.html", "here"),
        ("data/index.html", "data"),
        ("404.html", "找不到"),
    ):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(text, "utf-8")
    (tmp_path / "assets").mkdir()
    with hosted(tmp_path, "/xinfang/") as host:
        yield host


@pytest.mark.parametrize(
    ("path", "end", "text"),
    [
        ("", "/xinfang/", "here"),
        ("xinfang/data", "/xinfang/data/", "data"),
        ("x", "/xinfang/", "here"),
    ],
)
def test_under_a_sub_path_every_way_leads_to_the_right_page(
    below: str, path: str, end: str, text: str
) -> None:
    with urllib.request.urlopen(below + path) as answer:
        assert answer.url.endswith(end)
        assert answer.read().decode() == text


@pytest.mark.parametrize("path", ["xinfang/assets/", "xinfang//evil.example", "xinfang/none"])
def test_a_folder_without_a_page_and_a_strange_path_are_not_found(below: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(below + path)
    assert refused.value.code == 404
    assert refused.value.url.startswith(below)


def test_only_the_head_of_a_page_can_be_asked_for(below: str) -> None:
    with urllib.request.urlopen(
        urllib.request.Request(f"{below}xinfang/data/", method="HEAD")
    ) as answer:
        assert answer.status == 200
        assert answer.read() == b""


def test_a_taken_port_is_named_with_exit_code_2(reference: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_yanlu(reference, "serve", "--port", str(port))
    assert done.returncode == 2
    assert f"端口 {port} 已经被别的程序占用" in done.stderr


def test_serving_says_where_to_look_and_writes_no_log(reference: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yanlu = str(Path(sys.executable).with_name("yanlu"))
    command = [yanlu, "serve", "--port", str(port), "--store", str(tmp_path / "store")]
    process = subprocess.Popen(
        command, cwd=reference, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        said = [process.stdout.readline(), process.stdout.readline()]
        assert f"http://127.0.0.1:{port}/" in said[1]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/data/") as answer:
            assert answer.status == 200
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            assert answer.read() == b"ok\n"  # letters are taken on the same port
    finally:
        process.terminate()
        rest, errors = process.communicate(timeout=10)
    assert (rest, errors) == ("", "")
