"""nginx as the manual sets it up: a real one, with the very files, in front of the real intake."""

from __future__ import annotations

import re
import shutil
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest

from conftest import ROOT
from doubles.citizen import FORM, WRITTEN, rest
from doubles.door import Running, free_ports, make_office, started
from doubles.front import ECHO, FILES, HOST, Front, standing
from doubles.manual import page
from yanlu.headers import HEADERS
from yanlu.intake.web.app import MACHINES, intake_paths
from yanlu.settings import open_portal
from yanlu.website.hosting import host_headers, write_hosting

PAGE = page("hosting")
PERSON = "zhang-san"  # in addresses, referrers and browsers alike: no log may hold it
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d (127\.0\.0\.1|::1) \d+ \d+")
FROM = {"Content-Type": FORM, "Origin": f"https://{HOST}", "X-Forwarded-For": "203.0.113.9",
        "Referer": f"https://{HOST}/{PERSON}", "User-Agent": PERSON}  # fmt: skip


def _make_site(office: Path) -> Path:
    site = office / "public"
    (site / "index.html").write_text("<!doctype html><title>首页</title>", "utf-8")
    (site / "404.html").write_text("<!doctype html><title>没有这一页</title>", "utf-8")
    write_hosting(site, open_portal(office).settings.office, [])
    return site


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    office = make_office(tmp_path_factory.mktemp("office"))
    _make_site(office)
    return office


@pytest.fixture(scope="module")
def service(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """As its unit starts it."""
    store = tmp_path_factory.mktemp("state") / "store"
    with started(office, store, "--site=public", "--trusted-proxy=127.0.0.1/32") as running:
        yield running


@pytest.fixture(scope="module")
def front(
    office: Path, service: Running, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front") / "nginx"
    with standing(folder, office / "public", service.port) as front:
        for kind in ("client_body", "proxy"):  # nowhere to put what somebody wrote, on this disk
            shutil.rmtree(folder / kind)
        yield front


def _send(front: Front, path: str, body: bytes) -> tuple[int, str]:
    answer = front.ask(path, method="POST", body=body, headers=FROM)
    return answer.status, answer.text


@pytest.mark.parametrize("six", [False, True], ids=["IPv4", "IPv6"])
def test_what_comes_without_tls_is_sent_on_and_the_site_answers_with_its_headers(
    front: Front, office: Path, six: bool
) -> None:
    sent_on = front.ask_plainly("/check/?a=b", six=six)
    assert (sent_on.status, sent_on.headers["location"]) == (301, f"https://{HOST}/check/?a=b")
    home = front.ask("/", six=six)
    assert home.status == 200
    told = host_headers(open_portal(office).settings.office)
    assert {k: home.headers[k.lower()] for k in told} == told
    assert home.headers["server"] == "nginx"
    assert front.ask(f"/{PERSON}/?{PERSON}", six=six).status == 404


def test_a_letter_comes_through_to_the_intake_whose_own_headers_stand(front: Front) -> None:
    body = urlencode(WRITTEN).encode()
    answer = front.ask("/suggest/check", method="POST", body=body, headers=FROM)
    assert answer.status == 200
    assert WRITTEN["title"] in answer.text
    assert {k: answer.headers[k.lower()] for k in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"


def test_a_letter_that_is_too_long_is_refused_in_chinese_by_the_one_or_the_other(
    front: Front,
) -> None:
    """And none of it touches the disk: nginx has no folder here to put it in."""
    whole = urlencode({**WRITTEN, "matter": "字" * 3000, "proposal": "字" * 3000}).encode()
    assert len(whole) > 48 << 10
    assert _send(front, "/suggest/check", whole)[0] == 200
    status, text = _send(front, "/suggest/check", b"matter=" + b"x" * (100 << 10))
    assert (status, "删短一些再提交" in text) == (413, True)
    status, text = _send(front, "/suggest/check", b"matter=" + b"x" * (200 << 10))
    assert (status, "太长了，没有收下" in text) == (413, True)


def test_other_names_of_the_host_are_not_answered(front: Front) -> None:
    with pytest.raises(ssl.SSLError):
        front.ask("/", host="other.example")
    with pytest.raises(OSError):  # noqa: PT011 - closed, however the system says it
        front.ask_plainly("/", host="other.example")


def test_health_and_metrics_are_not_for_outsiders(front: Front) -> None:
    for path in (*MACHINES, "/metrics"):
        assert front.ask(path).status == 404


def test_the_service_is_told_the_true_address_whatever_the_client_says(
    office: Path, tmp_path: Path
) -> None:
    [port] = free_ports(1)
    with standing(tmp_path / "nginx", office / "public", port, more=ECHO.format(port=port)) as told:
        for six, address in ((False, "127.0.0.1"), (True, "::1")):
            answer = told.ask("/check/status?x", six=six, headers=FROM)
            assert answer.text == f"{HOST}|{address}|https|/check/status?x"


def _waiting(seconds: int) -> Callable[[str], str]:
    """The same files, with another patience for the next part of a body."""
    return partial(re.sub, "client_body_timeout 10s", f"client_body_timeout {seconds}s")


def test_so_many_at_once_from_one_address_and_the_others_still_come_in(
    office: Path, tmp_path: Path
) -> None:
    [port] = free_ports(1)
    site, echo = office / "public", ECHO.format(port=port)
    with standing(tmp_path / "nginx", site, port, _waiting(300), echo) as front:
        slow = [front.begin("/suggest/send") for _ in range(64)]
        refused = front.ask("/")
        assert (refused.status, "请过十秒钟再试" in refused.text) == (429, True)
        assert front.ask("/", six=True).status == 200
        for one in slow:
            one.close()
    assert {LINE.fullmatch(line) is not None for line in front.log().splitlines()} == {True}


def test_a_form_that_begins_and_never_ends_is_closed(office: Path, tmp_path: Path) -> None:
    [nobody] = free_ports(1)
    with standing(tmp_path / "nginx", office / "public", nobody, _waiting(1)) as front:
        assert rest(front.begin("/suggest/send"))[:12] in (b"", b"HTTP/1.1 408")


def test_a_service_that_is_down_leaves_words_to_the_citizen_and_nothing_to_the_logs(
    office: Path, tmp_path: Path
) -> None:
    """One line a connection, alike for whoever reads and whoever writes; errors leave none."""
    [nobody] = free_ports(1)
    with standing(tmp_path / "nginx", office / "public", nobody) as front:
        status, text = _send(front, f"/suggest/send?{PERSON}", urlencode(WRITTEN).encode())
        assert status == 503
        assert "已经收到的不会重复" in text
        _send(front, "/suggest/check", b"x" * (200 << 10))
        front.ask(f"/{PERSON}", headers=FROM)
        front.ask("/", headers=FROM)
        front.ask_plainly(f"/{PERSON}")
    lines = front.log().splitlines()
    assert len(lines) == 5
    assert all(LINE.fullmatch(line) for line in lines), lines


def test_logs_of_a_day_with_the_service_hold_connections_only(front: Front) -> None:
    front.ask("/", six=True)
    assert {LINE.fullmatch(line) is not None for line in front.log().splitlines()} == {True}


def test_under_a_sub_path_after_the_changes_that_the_manual_names(
    office: Path, tmp_path: Path
) -> None:
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE.split("### 子路径")[1], re.MULTILINE)
    assert len(rows) == 3

    conf = (FILES / "yanlu-nginx.conf").read_text("utf-8")
    assert all(before in conf for before, _ in rows)

    def changed(text: str) -> str:
        for before, after in rows:
            text = text.replace(before, after)
        return text

    public = tmp_path / "public"
    shutil.copytree(office / "public", public / "yanlu")
    portal = office.parent / "below"
    shutil.copytree(office / "data", portal / "data")
    (portal / "theme").symlink_to(ROOT / "theme")
    toml = portal / "data" / "office.toml"
    text = toml.read_text("utf-8").replace(f"https://{HOST}/", f"https://{HOST}/yanlu/", 1)
    toml.write_text(text, "utf-8")
    write_hosting(public / "yanlu", open_portal(portal).settings.office, [])
    [port] = free_ports(1)
    echo = ECHO.format(port=port)
    with standing(tmp_path / "nginx", public, port, changed, echo) as front:
        assert "首页" in front.ask("/yanlu/").text
        assert "没有这一页" in front.ask("/yanlu/nowhere/").text
        for path in intake_paths("/yanlu/") - MACHINES:
            assert front.ask(path).text.endswith(f"|{path}")
        assert front.ask("/suggest/check").status == 404
