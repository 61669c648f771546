"""A session with GitHub that talks to one host only, stays signed in, and tells no secret.

github3.py follows the addresses that answers contain, token and all, logs what it sends,
and neither renews tokens nor knows limits; the guards are here (G1 to G13 in the reference
on the intake). Nothing else in Yanlu opens a session.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import github3
import github3.session
import jwt
from requests import PreparedRequest, RequestException, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from yanlu.intake.forge.port import AuthLost, ForgeError, ProtocolError, Rejected
from yanlu.intake.forge.refusals import Missing, refusal_of

API_VERSION = "2022-11-28"  # 2026-03-10 drops keys that github3.py 4.0.1 needs
CONNECT, READ = 5.0, 30.0  # seconds
ENOUGH_LEFT = timedelta(minutes=5)  # of an installation token's hour
JWT_LIFE = 300  # seconds: a clock that is minutes late is let pass
LOUD_SKEW = 30.0  # seconds
LOOPBACK = ("127.0.0.1", "localhost", "::1")

KEY_WANTED = (
    "要的是从代码平台下载的RSA私钥，.pem文件原样：不设口令，不是公钥，"
    "也没有用别的程序改过、另存过。请换上这个文件。"
)

# what github3.py lets through when an answer is not shaped as it believes
MALFORMED = (AttributeError, LookupError, TypeError, ValueError)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Place:
    """One repository: `api_base` is where the interface answers, `host` what was declared.

    Raises:
        Rejected: an address that would carry the token in clear.
    """

    api_base: str
    host: str
    owner: str
    name: str
    main: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.api_base)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (parts.scheme == "https" or local) or parts.username or self.api_base[-1:] == "/":
            raise Rejected(
                "代码平台的接口地址（forge.api_base）要以 https:// 开头、末尾不带斜线、"
                "不含用户名。请改正。"
            )

    @property
    def repository(self) -> str:
        """Address of the repository in the interface."""
        return f"{self.api_base}/repos/{self.owner}/{self.name}"


@dataclass(frozen=True)
class Token:
    """A fine-grained token of one account."""

    value: str = field(repr=False)

    def read(self) -> str:
        """The token of this moment."""
        return self.value


@dataclass(frozen=True)
class TokenFile:
    """A token in a file outside git, which staff may exchange while the service runs."""

    path: Path

    def read(self) -> str:
        """The token of this moment.

        Raises:
            AuthLost: the file is gone, or holds no token.
        """
        try:
            token = self.path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            token = ""
        if not token or len(token.split()) != 1:
            raise AuthLost(f"令牌文件 {self.path.name} 打不开，或者里面不是正好一行令牌。")
        return token


@dataclass(frozen=True)
class App:
    """A GitHub App's id, its installation, and its private key as PEM."""

    id: int
    installation: int
    key: bytes = field(repr=False)

    def read(self) -> App:
        """The App of this moment."""
        return self


@dataclass(frozen=True)
class AppFile:
    """A GitHub App whose key is in a file outside git, which staff may exchange meanwhile."""

    id: int
    installation: int
    path: Path

    def read(self) -> App:
        """The App of this moment.

        Raises:
            AuthLost: the file is gone, or cannot be read.
        """
        try:
            return App(self.id, self.installation, self.path.read_bytes())
        except OSError:
            reason = f"应用的私钥文件 {self.path.name} 打不开。请核对它还在不在、谁能读。"
        raise AuthLost(reason)


Credentials = Token | TokenFile | App | AppFile


def signs(key: bytes) -> bool:
    """Whether this is a private RSA key in PEM without a passphrase: an App signs with no other.

    PyJWT fails in a different way for each of the others, and for some as a bad answer does.
    """
    try:
        jwt.encode({}, key, algorithm="RS256")
    except (jwt.PyJWTError, *MALFORMED):
        return False
    return True


class Connection:
    """A signed-in session; `ask` is the only way through it.

    `now` tells the time; the forge's clock is compared with it at every answer.
    """

    def __init__(self, place: Place, credentials: Credentials, now: Callable[[], datetime]) -> None:
        self._credentials = credentials
        self._now = now
        self._rim = _Rim(place, now)
        self.github = github3.GitHub(session=_guarded(place, self._rim), api_version=API_VERSION)
        self._token = ""
        if isinstance(credentials, Token):
            self._take_up(credentials.value)

    @property
    def skew(self) -> float:
        """Seconds that the forge's clock was ahead of ours at its last answer."""
        return self._rim.skew

    def ask(self, step: str, call: Callable[[], Result]) -> Result:
        """The result of a call, with the token of this moment.

        An App's is renewed before its time and once on refusal, with the key that its file holds
        then; the file of a token is read at every call.

        `step` names in a word or two, for staff, what is being done.

        Raises:
            ForgeError: one of the port's; never with what was sent or answered in it.
        """
        github3.session.__url_cache__.clear()  # it keeps every address that was ever built
        credentials = self._credentials
        if isinstance(credentials, Token | TokenFile):
            self._take_up(credentials.read())
            return self._told(step, call)
        if not self._is_fresh():
            self._sign_in(credentials.read())
        try:
            return self._told(step, call)
        except AuthLost:
            self._sign_in(credentials.read())
        return self._told(step, call)

    def _take_up(self, token: str) -> None:
        if token != self._token:
            self.github.login(token=token)
            self._token = token

    def _is_fresh(self) -> bool:
        expires: datetime | None = getattr(self.github.session.auth, "expires_at", None)
        return expires is not None and expires - self._now() >= ENOUGH_LEFT

    def _sign_in(self, app: App) -> None:
        """A new installation token; PyJWT takes the App's id as text only."""
        if not signs(app.key):
            raise AuthLost(f"取得应用令牌：应用的私钥不能用。{KEY_WANTED}")
        try:
            self._told("取得应用令牌", lambda: self.github.login_as_app_installation(
                app.key, str(app.id), app.installation, expire_in=JWT_LIFE
            ))  # fmt: skip
        except Missing:
            reason = "取得应用令牌：代码平台上没有这个应用的安装（404）。请核对应用和安装的编号。"
        else:
            return
        raise AuthLost(reason)

    def _told(self, step: str, call: Callable[[], Result]) -> Result:
        """The result, or a refusal that holds nothing of the error it was made from."""
        try:
            return call()
        except (github3.exceptions.GitHubException, RequestException, *MALFORMED) as error:
            refusal: ForgeError = refusal_of(step, error)
        if isinstance(refusal, AuthLost) and abs(self.skew) > LOUD_SKEW:
            refusal = AuthLost(f"{refusal}本机时钟与代码平台相差 {self.skew:.0f} 秒，请先校准。")
        raise refusal


def _guarded(place: Place, rim: _Rim) -> Any:
    """github3's session, which can reach one host and nothing else, and logs no payload."""
    session = github3.session.GitHubSession(
        default_connect_timeout=CONNECT, default_read_timeout=READ
    )
    session.base_url = place.api_base
    session.trust_env = False  # no proxy, no .netrc, no certificates by environment
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Elsewhere())
    session.mount(f"{place.api_base}/", rim)
    logger = logging.getLogger("github3")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_is_discreet)
    return session


def _is_discreet(record: logging.LogRecord) -> bool:
    """Below a warning, github3 logs payloads and tokens, whatever level others set."""
    return record.levelno >= logging.WARNING


class _Rim(HTTPAdapter):
    """The way out to the forge: reads anywhere on it, writes in the one repository only."""

    def __init__(self, place: Place, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._writable = re.compile(
            rf"{re.escape(place.repository)}/|"
            rf"{re.escape(place.api_base)}/app/installations/\d+/access_tokens$",
            re.IGNORECASE,
        )
        self.skew = 0.0

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        if request.method != "GET" and not self._writable.match(request.url or ""):
            raise ProtocolError("代码平台的回答指向别的仓库：没有发送。请核对仓库的设置。")
        response = super().send(request, *args, **kwargs)
        self.skew = _skew(response, self._now())
        if response.is_redirect:
            raise Rejected("代码平台说仓库搬到了别处：没有跟去。请核对仓库是否改名，再改设置。")
        return response


class _Elsewhere(BaseAdapter):
    """Every other address: nothing is sent there."""

    def send(self, *_: Any, **__: Any) -> Response:
        raise ProtocolError("代码平台的回答指向别的主机：没有发送。请核对 forge.api_base。")

    def close(self) -> None:
        """Nothing was opened."""


def _skew(response: Response, now: datetime) -> float:
    """Seconds that the forge's clock is ahead; none where it does not tell the time."""
    try:
        there = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return 0.0
    return (there.astimezone(UTC) - now).total_seconds()
