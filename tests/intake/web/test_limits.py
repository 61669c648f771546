"""Limits that hold on the wire, whatever a client says of itself and however long it takes."""

from __future__ import annotations

import signal
import time
from urllib.parse import quote

import pytest

from doubles.citizen import FORM, MULTIPART, WRITTEN, ask, confirmed, head, parts, raw, rest
from doubles.door import NARROW, Running, Serving
from doubles.slow import drip, hang

LARGE = 64 * 1024


def _chunked(body: bytes) -> bytes:
    pieces = [body[at : at + 5000] for at in range(0, len(body), 5000)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def test_multipart_is_taken_as_well(door: Running) -> None:
    fields = [*WRITTEN.items(), ("word", "老槐树下")]
    shown = ask(door.port, "/suggest/check", body=parts(fields), kind=MULTIPART)
    assert shown.status == 200
    assert ("word", "老槐树下") in shown.fields("/suggest/send")


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_body_over_64_kib_is_refused_in_words(door: Running, kind: str) -> None:
    long = "x" * LARGE
    body = parts([("matter", long)]) if kind == MULTIPART else f"matter={long}".encode()
    refused = ask(door.port, "/suggest/check", body=body, kind=kind)
    assert refused.status == 413
    assert "删短一些再提交" in refused.text
    said = raw(
        door.port,
        head("/suggest/check", f"Content-Type: {kind}", "Transfer-Encoding: chunked")
        + _chunked(body),
    )
    assert said.startswith(b"HTTP/1.1 413")


def test_the_longest_form_that_the_limits_allow_fits(door: Running) -> None:
    longest = {"matter": "字" * 3000, "proposal": "字" * 3000, "names": "字" * 500}
    assert door.send("/suggest/check", {**WRITTEN, **longest}).status == 200


def test_a_length_that_lies_is_not_believed(door: Running) -> None:
    kind = f"Content-Type: {FORM}"
    huge = raw(door.port, head("/suggest/check", kind, "Content-Length: 99999999") + b"title=x")
    assert huge.startswith(b"HTTP/1.1 413")
    short = head("/suggest/check", kind, "Content-Length: 3", "Connection: close") + b"title=more"
    assert raw(door.port, short).startswith(b"HTTP/1.1 422")
    for wrong in ("-1", "abc", "1, 2", "0x10"):
        said = raw(door.port, head("/suggest/check", kind, f"Content-Length: {wrong}") + b"t")
        assert said.startswith(b"HTTP/1.1 400"), wrong


@pytest.mark.parametrize("count", [61, 10_000])
def test_too_many_fields_are_refused(door: Running, count: int) -> None:
    fields = [("a", "1")] * count
    body = "&".join("a=1" for _ in fields).encode()
    assert ask(door.port, "/suggest/check", body=body).status == 422
    many = parts(fields)[:LARGE]
    assert ask(door.port, "/suggest/check", body=many, kind=MULTIPART).status == 422


def test_a_file_is_refused_with_the_way_for_evidence(door: Running) -> None:
    body = (
        b'--here\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\r\n--here--\r\n"
    )
    refused = ask(door.port, "/suggest/check", body=body, kind=MULTIPART)
    assert refused.status == 415
    assert "寄复印件，或者带到窗口" in refused.text


BROKEN = {
    "json": (b"{}", "application/json", 415),
    "no kind": (b"title=x", "", 415),
    "no boundary": (b"", "multipart/form-data", 400),
    "an odd boundary": (b"", 'multipart/form-data; boundary="{}"', 400),
    "a codec that is none for text": (
        parts([("title", "x")]), "multipart/form-data; charset=idna; boundary=here", 422,
    ),
    "no end": (parts([("title", "x")], tail=""), MULTIPART, 400),
    "no name": (b"--here\r\n\r\nx\r\n--here--\r\n", MULTIPART, 400),
    "rubbish": (b"\x00\xff" * 100, MULTIPART, 400),
    "empty": (b"", MULTIPART, 400),
    "gbk in percent": (f"title={quote('路灯', encoding='gbk')}".encode(), FORM, 400),
    "overlong utf-8": (b"title=%c0%af%e0%80%af", FORM, 400),
    "gbk in parts": (parts([("title", "x")]).replace(b"x", "路灯".encode("gbk")), MULTIPART, 400),
    "a half percent": (b"title=%e8%b7&matter=%", FORM, 400),
    "nothing": (b"", FORM, 422),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_form_is_refused_with_a_page(door: Running, name: str) -> None:
    body, kind, status = BROKEN[name]
    answer = ask(door.port, "/suggest/check", body=body, kind=kind)
    assert answer.status == status
    assert "<h1>" in answer.text


FOREIGN = [
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Sec_Fetch_Site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_other_sites_cannot_send_in_a_citizens_name(door: Running, headers: dict[str, str]) -> None:
    for path in ("/suggest/check", "/suggest/send", "/check/status"):
        refused = door.send(path, confirmed(door.store, WRITTEN), **headers)
        assert refused.status == 403
        assert not any(name.startswith("access-control") for name in refused.headers)


OWN = [
    {},
    {"Origin": "null"},
    {"Origin": "null", "Sec_Fetch_Site": "same-origin"},
    {"Origin": "https://yanlu.shili.example", "Sec_Fetch_Site": "same-origin"},
    {"Origin": "http://127.0.0.1", "Host": "127.0.0.1"},
]


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_can_even_where_browsers_hide_the_origin(
    door: Running, headers: dict[str, str]
) -> None:
    assert door.send("/suggest/check", WRITTEN, **headers).status == 200


def test_slow_clients_are_all_closed_though_they_keep_trickling(serving: Serving) -> None:
    """Heads and idling within 5 s; bodies within their 15 s, which are 3 in this test."""
    with serving("seconds=3", program=NARROW) as door:
        clients = hang(door.port, 40)
        end = time.monotonic() + 5.5
        while time.monotonic() < end:
            drip(clients)
            assert door.look("/healthz").status == 200
            time.sleep(0.5)
        for sort, opened in clients.items():
            for client in opened:
                client.settimeout(1)
                said = rest(client)
                assert said.startswith(b"HTTP/1.1 408") == (sort in ("body", "chunked")), sort
                client.close()


def test_told_to_stop_it_stops_within_ten_seconds_though_a_hundred_clients_hang(
    serving: Serving,
) -> None:
    with serving() as door:
        clients = hang(door.port, 100)
        receipt = door.send("/suggest/send", confirmed(door.store, WRITTEN))
        assert receipt.code is not None
        door.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        while door.process.poll() is None and time.monotonic() < began + 15:
            drip(clients)
            time.sleep(0.1)
        assert door.process.returncode == 0
        assert time.monotonic() - began < 10
        ended = {e["status"] for e in door.events() if e["event"] == "answer"}
        assert ended <= {200, 408, 499}
    for opened in clients.values():
        for client in opened:
            client.close()
