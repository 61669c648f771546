"""A served log, read from a folder or from an address."""

from __future__ import annotations

from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from yanlu.errors import TruncatedError, UnreachableError
from yanlu.receipts.verify import Read

_SECONDS = 30  # of silence, after which a server is taken for dead


def reader(place: str) -> Read:
    """How the files of a log are read; `place` is an http(s) address, or a folder.

    Raises:
        UnreachableError: there is no such folder, or it is another kind of address.
    """
    if place.partition("://")[0].lower() in ("http", "https"):
        _refuse_odd(place)
        return lambda path, most: _fetched(urljoin(f"{place.rstrip('/')}/", path), path, most)
    folder = Path(place)
    if not folder.is_dir():
        raise UnreachableError(
            "没有这个文件夹，也不是 http:// 或者 https:// 的地址。"
            "请给出公开记录的地址（以 /log/ 结尾）或者文件夹。"
        )
    return lambda path, most: _read(folder / path, path, most)


def _refuse_odd(address: str) -> None:
    try:
        right = address.isascii() and urlsplit(address).hostname
    except ValueError:
        right = None
    if not right:
        raise UnreachableError(
            "地址的写法不对：只能有英文字母、数字和符号，像 https://yanlu.example.gov.cn/log/。"
            "中文的网址，请从浏览器的地址栏里复制。"
        )


def _read(file: Path, path: str, most: int) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise _missing(path) from None
    except OSError:
        raise UnreachableError(f"{path} 打不开。请检查权限。") from None


def _fetched(address: str, path: str, most: int) -> bytes:
    asked = Request(address, headers={"User-Agent": "yanlu-verify"})  # noqa: S310 - http(s) only
    try:
        with urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            packed = answer.headers.get("Content-Encoding", "identity") != "identity"
            content: bytes = answer.read(most)
    except HTTPError as error:
        if error.code in (404, 410):
            raise _missing(path) from None
        raise UnreachableError(f"{path}：服务器答复 {error.code}。请过一会儿再试。") from None
    except (URLError, OSError, HTTPException):
        raise UnreachableError("连不上服务器，或者中途断了。请检查地址和网络，再试一次。") from None
    if packed:
        raise UnreachableError(
            f"{path}：服务器发来的是压缩过的，没有照要求发原样的。请告诉管这个网站的人，"
            "或者把文件存到一个文件夹里再核对。"
        )
    return content


def _missing(path: str) -> TruncatedError:
    return TruncatedError(f"缺少 {path}：没有这个文件。")
