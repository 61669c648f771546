"""The guards around github3.py: one host, one version, one repository, a token that is renewed."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import github3
import pytest
import requests

from doubles.github.bare import Bare
from doubles.github.hub import Hub
from doubles.github.server import Double, serve
from doubles.office import assert_once
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.port import AuthLost, Batch, ForgeError, ProtocolError, Rejected
from yanlu.intake.forge.session import App, Connection, Place, Token, TokenFile

Connect = Callable[..., GitHubForge]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Double]:
    """Another server, to which nothing of ours may come."""
    with serve(Hub(Bare(tmp_path))) as trap:
        yield trap
        assert trap.calls == []


def _moved(body: Any, old: str, new: str) -> Any:
    """An answer with other addresses in it."""
    if isinstance(body, list):
        return [_moved(item, old, new) for item in body]
    if isinstance(body, dict):
        return {key: _moved(value, old, new) for key, value in body.items()}
    return body.replace(old, new) if isinstance(body, str) else body


@pytest.mark.parametrize("nth", range(8))
def test_addresses_in_answers_lead_nowhere_else(
    double: Double, elsewhere: Double, forge: GitHubForge, batch: Batch, nth: int
) -> None:
    here, there = double.hub.address, elsewhere.hub.address
    double.fail(".", skip=nth, alter=lambda body: _moved(body, here, there))
    with contextlib.suppress(ProtocolError):  # an address that we do not follow harms nobody
        forge.annotate(forge.publish(batch).review, ["待审看"], "请审看。")
    assert elsewhere.calls == []


def test_the_token_goes_to_no_other_host(
    double: Double, elsewhere: Double, forge: GitHubForge, batch: Batch
) -> None:
    here, there = double.hub.address, elsewhere.hub.address
    double.fail(".", alter=lambda body: _moved(body, here, there))
    with pytest.raises(ProtocolError, match="指向别的主机：没有发送"):
        forge.publish(batch)


@pytest.mark.parametrize(
    "address",
    [
        "{base}.evil.example/repos", "{base}@evil.example/repos", "https://api.github.com/repos",
        "http://127.0.0.1/repos", "http://127.0.0.1:1/repos", "https://127.0.0.1:{port}/repos",
        "http://user@127.0.0.1:{port}/repos", "HTTP://evil.example/",
    ],
)  # fmt: skip
def test_an_address_that_only_looks_like_the_forge_is_another(double: Double, address: str) -> None:
    base = double.hub.address
    session = _connection(double).github.session
    with pytest.raises((ProtocolError, requests.exceptions.InvalidURL)):
        session.get(address.format(base=base, port=base.rpartition(":")[2]))
    assert double.calls == []


def test_nothing_is_written_outside_the_declared_repository(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    double.fail(".", alter=lambda body: _moved(body, "/repos/shili/yanlu", "/repos/shili/yanlu2"))
    double.fail("/yanlu2/git/ref/", status=200, alter=lambda _: _main(double))
    double.fail("/yanlu2/git/commits/", status=200, alter=lambda _: _base(double, batch))
    with pytest.raises(ProtocolError, match="指向别的仓库：没有发送"):
        forge.publish(batch)
    assert not any(call.startswith("POST") for call in double.calls)


def _main(double: Double) -> Any:
    from doubles.github.bodies import reference

    return reference(double.hub, "refs/heads/main", double.hub.bare.ref("main") or "")


def _base(double: Double, batch: Batch) -> Any:
    from doubles.github.bodies import git_commit

    made = double.hub.bare.commit(batch.base)
    return git_commit(double.hub, made) if made else None


@pytest.mark.parametrize("there", ["{elsewhere}/repos/shili/yanlu", "/repos/shili/moved"])
def test_a_redirect_is_not_followed(
    double: Double, elsewhere: Double, forge: GitHubForge, there: str
) -> None:
    address = there.format(elsewhere=elsewhere.hub.address)
    double.fail(".", status=307, headers={"Location": address})
    with pytest.raises(Rejected, match="没有跟去"):
        forge.health()
    assert len(double.calls) == 1


def test_proxies_and_passwords_of_the_environment_are_not_used(
    double: Double, elsewhere: Double, forge: GitHubForge,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, elsewhere.hub.address)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    forge.health()
    assert all(headers["authorization"].startswith("token github_pat") for headers in double.seen)


def test_every_call_names_its_version_and_asks_for_renderings(
    double: Double, forge: GitHubForge, batch: Batch
) -> None:
    forge.publish(batch)
    assert {headers["x-github-api-version"] for headers in double.seen} == {"2022-11-28"}
    assert {headers["accept"] for headers in double.seen} == {"application/vnd.github.v3.full+json"}


def test_a_token_that_is_exchanged_in_its_file_is_used_at_the_next_call(
    double: Double, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("ghp_ended\n")
    connection = _connection(double, TokenFile(file))
    with pytest.raises(AuthLost):
        connection.ask("读仓库", lambda: connection.github.repository("shili", "yanlu"))
    file.write_text(f"{next(iter(double.hub.tokens))}\n")
    assert connection.ask("读仓库", lambda: connection.github.repository("shili", "yanlu"))
    for broken in ("", "two words"):
        file.write_text(broken)
        with pytest.raises(AuthLost, match="正好一行令牌"):
            connection.ask("读仓库", lambda: connection.github.repository("shili", "yanlu"))


def test_github3_cannot_read_the_version_after_the_pinned_one(double: Double) -> None:
    github = _connection(double).github
    github.session.headers["X-GitHub-Api-Version"] = "2026-03-10"
    with pytest.raises(github3.exceptions.IncompleteResponse):
        github.repository("shili", "yanlu")


def test_payloads_are_not_logged_whatever_level_others_set(
    double: Double, caplog: pytest.LogCaptureFixture
) -> None:
    connection = _connection(double)
    caplog.set_level(logging.DEBUG)
    logging.getLogger("github3").setLevel(logging.DEBUG)
    connection.ask("试", lambda: connection.github.repository("shili", "yanlu"))
    logging.getLogger("github3").warning("heard")
    assert [r.getMessage() for r in caplog.records if r.name == "github3"] == ["heard"]


@pytest.mark.parametrize(
    "api_base",
    [
        "http://git.example/api/v3",
        "https://git.example/",
        "https://user@git.example",
        "ftp://x",
        "",
    ],
)
def test_an_address_that_would_show_the_token_is_refused(api_base: str) -> None:
    with pytest.raises(Rejected, match="接口地址"):
        Place(api_base, "git.example", "shili", "yanlu", "main")


def _connection(double: Double, credentials: Token | TokenFile | App | None = None) -> Connection:
    hub = double.hub
    place = Place(hub.address, hub.host, hub.owner, hub.name, "main")
    token = Token(next(iter(hub.tokens)))
    return Connection(place, credentials or token, lambda: datetime.now(UTC))


def _tokens(double: Double) -> int:
    return sum("access_tokens" in call for call in double.calls)


def test_an_app_publishes_with_one_token(
    double: Double, connect: Connect, app: App, office: Path, batch: Batch
) -> None:
    forge = connect(app)
    assert_once(double, office, batch, forge.publish(batch))
    assert forge.publish(batch).review == "1"
    assert _tokens(double) == 1


@pytest.mark.parametrize(("left", "renewals"), [(290, 2), (310, 1)])
def test_an_apps_token_is_renewed_when_less_than_five_minutes_are_left(
    double: Double, app: App, left: int, renewals: int
) -> None:
    double.hub.token_life = timedelta(seconds=left + 30)
    connection = _connection(double, app)
    connection.ask("试", lambda: connection.github.repository("shili", "yanlu"))
    connection._now = lambda: datetime.now(UTC) + timedelta(seconds=30)  # noqa: SLF001
    connection.ask("试", lambda: connection.github.repository("shili", "yanlu"))
    assert _tokens(double) == renewals


def test_a_token_that_was_revoked_is_renewed_once(
    double: Double, connect: Connect, app: App, office: Path, batch: Batch
) -> None:
    forge = connect(app)
    forge.health()
    double.hub.tokens.clear()
    assert_once(double, office, batch, forge.publish(batch))
    assert _tokens(double) == 2


def test_a_token_that_is_refused_again_is_not_renewed_for_ever(
    double: Double, connect: Connect, app: App
) -> None:
    for _ in range(4):
        double.fail("GET", status=401, message="Bad credentials")
    with pytest.raises(AuthLost, match="401"):
        connect(app).health()
    assert _tokens(double) == 2


def test_a_token_that_ran_out_unseen_is_renewed(
    double: Double, connect: Connect, app: App, office: Path, batch: Batch
) -> None:
    double.hub.token_life = timedelta(seconds=-1)
    forge = connect(app)
    with pytest.raises(AuthLost):
        forge.health()
    double.hub.token_life = timedelta(hours=1)
    assert_once(double, office, batch, forge.publish(batch))


@pytest.mark.parametrize("nth", range(3))
def test_a_lost_answer_while_signing_in_doubles_nothing(
    double: Double, connect: Connect, app: App, office: Path, batch: Batch, nth: int
) -> None:
    forge = connect(app)
    double.fail(".", skip=nth, drop=True, effect=True)
    with pytest.raises(ForgeError):
        forge.publish(batch)
    assert_once(double, office, batch, forge.publish(batch))


@pytest.mark.parametrize("skew", [900, -900])
def test_a_clock_that_is_wrong_is_named(
    double: Double, connect: Connect, app: App, skew: int
) -> None:
    double.hub.skew = skew
    with pytest.raises(AuthLost, match=r"相差 -?\d{3} 秒，请先校准"):
        connect(app).health()


def test_a_clock_that_is_a_little_late_does_no_harm(
    double: Double, connect: Connect, app: App
) -> None:
    double.hub.skew = 120
    assert connect(app).health().private is True


@pytest.mark.parametrize("writes", [True, False])
def test_a_forge_says_whether_we_may_write(
    double: Double, connect: Connect, app: App, writes: bool
) -> None:
    double.hub.writes = writes
    assert connect(app).health().writes is writes


def test_an_app_that_is_not_installed_there_is_told(connect: Connect, app: App) -> None:
    with pytest.raises(AuthLost, match="没有这个应用的安装"):
        connect(replace(app, installation=1)).health()


def test_a_key_that_cannot_be_read_is_told_and_not_shown(connect: Connect, app: App) -> None:
    with pytest.raises(AuthLost, match="私钥不能用") as refused:
        connect(replace(app, key=b"canary")).health()
    assert "canary" not in str(refused.value)
    assert refused.value.__context__ is None


def test_addresses_are_not_hoarded(forge: GitHubForge, batch: Batch) -> None:
    for _ in range(3):
        forge.publish(batch)
    assert len(github3.session.__url_cache__) < 10
