"""Where a picture or a font ends: what is put behind it comes along unseen.

By the walk that each format prescribes (PNG 3rd edition 5, ITU-T T.81 annex B, GIF89a 17 to 27,
RIFF, the directory of ICO, WOFF2 4.1), never by searching for an end from behind.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping

BROKEN = 0  # no picture ends there
_JPEG_ALONE = {0x00, 0x01, *range(0xD0, 0xD8)}  # no marker, or one that has no length behind it


def end_of(content: bytes) -> int | None:
    """The place behind the last byte, `BROKEN`, or None for what is neither picture nor font."""
    for begins, walk in _WALKS.items():
        if re.match(begins, content, re.DOTALL):
            try:
                return walk(content)
            except (IndexError, ValueError, struct.error):  # cut off before its end
                return BROKEN
    return None


def _png(content: bytes) -> int:
    place, kind = 8, b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", content, place)
        place += 12 + size
    return place


def _jpeg(content: bytes) -> int:
    place = 2
    while True:
        place = content.index(b"\xff", place)
        code = content[place + 1]
        if code == 0xD9:
            return place + 2
        if code == 0xFF:
            place += 1
        elif code in _JPEG_ALONE:
            place += 2
        else:
            place += 2 + int(struct.unpack_from(">H", content, place + 2)[0])


def _gif(content: bytes) -> int:
    place = 13 + _colours(content[10])
    while content[place] != 0x3B:
        place += 2 if content[place] == 0x21 else 11 + _colours(content[place + 9])
        while content[place]:
            place += content[place] + 1
        place += 1
    return place + 1


def _colours(flags: int) -> int:
    """Bytes of a table of colours."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _webp(content: bytes) -> int:
    size = int(struct.unpack_from("<I", content, 4)[0])
    return 8 + size + size % 2


def _ico(content: bytes) -> int:
    count = struct.unpack_from("<H", content, 4)[0]
    parts = [struct.unpack_from("<II", content, 6 + 16 * one + 8) for one in range(count)]
    return max((int(size + place) for size, place in parts), default=BROKEN)


def _woff2(content: bytes) -> int:
    return int(struct.unpack_from(">I", content, 8)[0])


_WALKS: Mapping[bytes, Callable[[bytes], int]] = {
    rb"\x89PNG\r\n\x1a\n": _png,
    rb"\xff\xd8\xff": _jpeg,
    rb"GIF8[79]a": _gif,
    rb"RIFF....WEBP": _webp,
    rb"\x00\x00\x01\x00": _ico,
    rb"wOF2": _woff2,
}
