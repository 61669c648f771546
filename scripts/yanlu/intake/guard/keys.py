"""Keys, tokens and sealed content within a text, as they are and in base64."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator

FOUND = "一把密钥或者令牌。请删去，再更换一把新的。"
SHUT = "有封存的内容（age）。请移到仓库之外。"


def _in_base64(start: bytes) -> Iterator[str]:
    """How the beginning of a secret looks in base64, at each of the three places in a group."""
    for skipped in range(3):
        whole = len(start) - (len(start) + skipped) % 3
        shown = b64encode(b"\0" * skipped + start[:whole]).decode()
        yield re.escape(shown[4 if skipped else 0 :])


_KEY = re.compile(
    "AGE-SECRET-KEY-1[0-9A-Z]{58}|AGE-PLUGIN-[0-9A-Z-]+-1[0-9A-Z]+|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|PRIVATE\+KEY\+[!-~]+|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40}|"
    + "|".join([*_in_base64(b"AGE-SECRET-KEY-1"), *_in_base64(b"-----BEGIN PRIVATE KEY")]),
    re.IGNORECASE,
)
_ARMOUR = "-----BEGIN AGE ENCRYPTED FILE-----"
# 32 bytes, in hexadecimal digits or base64: a checksum or a public key looks the same, so what
# stands before it on its line must say that it is a secret, or nothing stands on the line at all.
_BARE = re.compile(
    r"(?<![0-9A-Za-z+/=])(?:[0-9a-f]{64}|[A-Za-z0-9+/]{43}=)(?![0-9A-Za-z+/=])", re.I
)
_CALLED = re.compile("(?:keys?|secret|seed|private)(?![a-z])|密钥|私钥|钥匙|密码|口令", re.I)
_OTHERWISE = re.compile("sha-?\\d|hash|sum|digest|public|公钥|公开|摘要|散列|校验|指纹|cache", re.I)
_HEX_DIGITS = 64  # of 32 bytes
_ALONE = "'\"`*-• \t,;，；。"  # what may stand around a key that is alone on its line
_RUN = re.compile(r"(?:[A-Za-z0-9+/_-]{40,}[\r\n]{0,2})+[A-Za-z0-9+/_-]*={0,2}")

_HEX = re.compile(r"[0-9a-f\r\n]+|[0-9A-F\r\n]+")  # checksums
_URL_SAFE = str.maketrans("-_", "+/")


def keys_in(text: str, public: Collection[str], *, sums: bool) -> Iterator[tuple[int, str]]:
    """Numbers of lines with what they hold; `public` are test keys that everybody knows.

    `sums` tells that checksums may stand alone on a line here.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if _ARMOUR in line:
            yield number, SHUT
        elif _has_key(line, public, sums=sums):
            yield number, FOUND


def _has_key(line: str, public: Collection[str], *, sums: bool) -> bool:
    if any(found not in public for found in _KEY.findall(line)):
        return True
    bare = (one for one in _BARE.finditer(line) if one[0] not in public)
    return any(_is_secret(line, one, sums=sums) for one in bare)


def _is_secret(line: str, bare: re.Match[str], *, sums: bool) -> bool:
    before = line[: bare.start()]
    if not (before + line[bare.end() :]).strip(_ALONE):
        return not sums and len(bare[0]) == _HEX_DIGITS
    return bool(_CALLED.search(before)) and not _OTHERWISE.search(before)


def packed_in(text: str) -> Iterator[tuple[int, bytes]]:
    """What stands in a text in base64, as attachments of mails do, by the place where it begins."""
    for run in _RUN.finditer(text):
        if not _HEX.fullmatch(run[0]):
            shown = re.sub(r"[\r\n=]", "", run[0]).translate(_URL_SAFE)
            whole = shown[: len(shown) - (len(shown) % 4 == 1)]
            yield run.start(), b64decode(whole + "=" * (-len(whole) % 4))
