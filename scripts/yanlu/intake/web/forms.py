"""A form as browsers send it, read strictly: text fields only, in UTF-8, few of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request

from yanlu.intake.entry import FIELDS as ENTRY_FIELDS
from yanlu.intake.entry import LONG, SERVICE, clean
from yanlu.intake.web.limits import FIELDS, whole_body
from yanlu.intake.web.refusals import Fields, Refused

# RFC 2046, section 5.1.1
_BOUNDARY = re.compile(r"""boundary="?([0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-])""")
_PART = re.compile(  # other headers of a part (Content-Type, of browsers' scripts) say nothing
    rb'(?i:\r\ncontent-disposition): *form-data; *name="(?P<name>[^"\r\n]*)"'
    rb"(?P<file>; *filename\*?=[^\r\n]*)? *\r\n(?:[!-9;-~]+:[^\r\n]*\r\n)*\r\n"
)
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
RECEIPT = "receipt"
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True)
class Form:
    """A suggestion on its way: the writer's own fields, clean, and those of the service.

    Clean, because browsers rewrite line ends, and what is confirmed must be what is stored.
    """

    pairs: Fields
    nonce: str = ""
    masks: str = ""
    work: str = ""
    homepage: str = ""
    again: bool = False
    refused: bool = False  # the receipt: whoever wants none is shown no code

    @property
    def values(self) -> dict[str, str]:
        """Every field of the form, empty where nothing was typed."""
        return dict.fromkeys(sorted(ENTRY_FIELDS), "") | {
            name: value for name, value in self.pairs if name in ENTRY_FIELDS
        }

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What was typed."""
        return [(name, value) for name, value in self.values.items() if value]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a page carries along, so that the next one finds the form as it was."""
        own = [(name, getattr(self, name)) for name in ("nonce", "masks", "work", "homepage")]
        again = [("again", "yes")] if self.again else []
        refused = [(RECEIPT, "none")] if self.refused else []
        return [*self.typed, *(pair for pair in own if pair[1]), *again, *refused]


def read_form(pairs: Fields) -> Form:
    """Sort the pairs of a request into a form."""
    own = [(name, clean(value, name in LONG)) for name, value in pairs if name not in SERVICE]
    given = dict(pairs)
    return Form(
        own,
        nonce=given.get("nonce", ""),
        masks=given.get("masks", ""),
        work=given.get("work", ""),
        homepage=given.get("homepage", ""),
        again=given.get("again") == "yes",
        refused=given.get(RECEIPT) == "none",
    )


async def read_pairs(request: Request) -> Fields:
    """The fields of a request in their order.

    Raises:
        Refused: too large, too slow, too many fields, a file, or not a form in UTF-8.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (URLENCODED, MULTIPART):
        raise Refused("form")
    body = await whole_body(request)
    if kind == URLENCODED:
        return _urlencoded(body)
    return _multipart(request.headers["content-type"], body)


def _urlencoded(body: bytes) -> Fields:
    if body.count(b"&") >= FIELDS:
        raise Refused("fields")
    pairs = [part.partition(b"=") for part in body.replace(b"+", b" ").split(b"&") if part]
    try:
        return [(_unescaped(name), _unescaped(value)) for name, _, value in pairs]
    except UnicodeDecodeError:
        raise Refused("encoding") from None


def _unescaped(text: bytes) -> str:
    """Percent-decoded, whole runs at once: one by one, Chinese text took a tenth of a request."""
    return _ESCAPES.sub(_bytes, text).decode()


def _bytes(run: re.Match[bytes]) -> bytes:
    return bytes.fromhex(run[0].replace(b"%", b"").decode())


def _multipart(content_type: str, body: bytes) -> Fields:
    """Text parts only, one after another, with nothing before the first and behind the last.

    Written out because our pages send nothing else, and a general parser, which goes through a
    body byte by byte for the sake of streaming, took a seventh of the time of a request.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Refused("broken")
    if body.lower().count(b"content-disposition:") > FIELDS:
        raise Refused("fields")
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    if first or not parts or parts.pop().rstrip() != b"--":
        raise Refused("broken")
    return [_part(part) for part in parts]


def _part(part: bytes) -> tuple[str, str]:
    """Name and text of one part, RFC 7578 section 4.2; browsers escape quotes in names."""
    found = _PART.match(part)
    if found is None:
        raise Refused("broken")
    if found["file"] is not None:
        raise Refused("file")
    try:
        return found["name"].decode(), part[found.end() :].decode()
    except UnicodeDecodeError:
        raise Refused("encoding") from None
