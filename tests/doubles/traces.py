"""Looking for a person in anything that was written, however it may be spelt there."""

from __future__ import annotations

import base64
import gzip
import io
import json
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote_from_bytes

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_LEAST = 6  # bytes: shorter ones are found by chance


def spellings(planted: str) -> set[str]:
    """The same thing as people and programs write it."""
    close = "".join(planted.split())
    parts = {planted, close, close.replace("-", ""), planted.lower(), planted.upper()}
    wide = {part.translate(_WIDE) for part in parts}
    spaced = {" ".join(close)} if close.isascii() and close.isalnum() else set()
    return {part for part in parts | wide | spaced if part}


def needles(planted: str | bytes) -> set[bytes]:
    """The bytes by which it may be found."""
    if isinstance(planted, bytes):
        plain = {planted}
    else:
        plain = {form for spelt in spellings(planted) for form in _encoded(spelt)}
    found = {form for one in plain for form in (one, *_wrapped(one))}
    return {one for one in found if len(one) >= _LEAST}


def _encoded(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "unicode_escape"):
        yield text.encode(encoding)
    yield json.dumps(text)[1:-1].encode()
    yield text.encode("ascii", "xmlcharrefreplace")
    yield "".join(f"&#{ord(c)};" for c in text).encode()
    yield "".join(f"&#x{ord(c):x};" for c in text).encode()


def _wrapped(content: bytes) -> Iterator[bytes]:
    """In base64 (wherever it begins), in hexadecimal, and as in an address."""
    for skipped in range(3):
        whole = base64.b64encode(b"\0" * skipped + content)
        first = -(-8 * skipped // 6)  # characters that hold a part of what was put before
        last = len(whole.rstrip(b"=")) - bool((skipped + len(content)) % 3)
        yield whole[first:last]
        yield whole[first:last].translate(bytes.maketrans(b"+/", b"-_"))
    yield content.hex().encode()
    yield content.hex().upper().encode()
    for safe in ("", "/"):
        yield quote_from_bytes(content, safe).encode()
        yield quote_from_bytes(content, safe).lower().encode()


def found(content: bytes, planted: Iterable[str | bytes]) -> list[str | bytes]:
    """What of the planted is there, in any spelling."""
    return [one for one in planted if any(form in content for form in needles(one))]


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a folder with its name; what is packed is unpacked as well."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield path.relative_to(folder).as_posix(), path.name.encode() + b"\n" + content
            yield from ((f"{path.name}!", inner) for inner in _unpacked(content))


def _unpacked(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def git_objects(folder: Path) -> bytes:
    """All objects of a repository, reachable or not, loose or packed, and the names of all refs."""
    return b"".join(
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True).stdout
        for command in (
            ["cat-file", "--batch", "--batch-all-objects", "--unordered"],
            ["for-each-ref"],
            ["reflog", "--all"],
        )
    )
