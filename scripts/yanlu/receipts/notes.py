"""Signed text: c2sp.org/signed-note v1, with the signatures of logs and of their witnesses.

A note is text, an empty line, and a line for each signature. Signatures of keys that are not
asked for are let be; a false one of a known key refuses the whole.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from yanlu.errors import LogError, SignatureError, quoted
from yanlu.receipts.signatures import KEY_BYTES, SIGNATURE_BYTES, public_half, sign, signed

_MOST_BYTES, _MOST_SIGNATURES = 1_000_000, 100
_NAMED = 5  # signers that a message names
_ID_BYTES, _TIME_BYTES = 4, 8
_NAME = re.compile(r"[^\s+\x00-\x20]+")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


class Kind(IntEnum):
    """What a key signs: the text itself, or the text with the time of seeing it.

    COSIGNATURE is cosignature/v1 of c2sp.org/tlog-cosignature.
    """

    NOTE = 1
    COSIGNATURE = 4


@dataclass(frozen=True)
class Key:
    """Whose signatures count, and by which public half they are checked."""

    name: str
    kind: Kind
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes by which signatures name their key."""
        return sha256(self.name.encode() + b"\n" + self._typed).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """As one word, to be printed and passed on."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self._typed).decode()}"

    @property
    def _typed(self) -> bytes:
        return bytes([self.kind]) + self.public

    def made(self, text: bytes, signature: bytes) -> bool:
        """Whether this key made a signature of a text."""
        if self.kind is Kind.NOTE:
            return signed(self.public, text, signature)
        time, rest = signature[:_TIME_BYTES], signature[_TIME_BYTES:]
        if len(signature) != _TIME_BYTES + SIGNATURE_BYTES:
            return False
        return signed(self.public, _timed(int.from_bytes(time), text), rest)


def _timed(time: int, text: bytes) -> bytes:
    return f"cosignature/v1\ntime {time}\n".encode() + text


def read_key(vkey: str) -> Key:
    """A key from its word.

    Raises:
        LogError: it is none, or its parts do not fit together.
    """
    parts = _VKEY.fullmatch(vkey)
    if parts is None:
        raise LogError("这不是公钥：应当是“名字+八位数字和字母+base64”这样的一串。")
    typed = from_base64(parts[3])
    if len(typed) != 1 + KEY_BYTES or typed[0] not in list(Kind):
        raise LogError(
            f"{quoted(parts[1])} 的公钥不是 Ed25519 的（类型 1 或者 4），不会用它验签名。"
        )
    key = Key(parts[1], Kind(typed[0]), typed[1:])
    if key.id.hex() != parts[2]:
        raise LogError(f"{quoted(parts[1])} 的公钥抄错了：名字、编号和公钥对不上。")
    return key


@dataclass(frozen=True)
class Signature:
    """A signature line: who is said to have signed, by which key, and the bytes."""

    name: str
    id: bytes
    content: bytes

    @property
    def line(self) -> str:
        """As it stands in the note."""
        return f"— {self.name} {base64.b64encode(self.id + self.content).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text, which ends with a line end, and its signatures."""

    text: str
    signatures: Sequence[Signature]

    def __str__(self) -> str:
        return "".join([self.text, "\n", *(one.line for one in self.signatures)])

    def signers(self, keys: Iterable[Key]) -> list[Key]:
        """Those of the keys that signed.

        Raises:
            SignatureError: a signature of one of the keys is false.
        """
        text, found = self.text.encode(), []
        for key in keys:
            mine = [one.content for one in self.signatures if (one.name, one.id) == _place(key)]
            if any(not key.made(text, content) for content in mine):
                raise SignatureError(
                    f"{key.name} 的签名是假的：签名之后文字被改过，或者是用另一把密钥签的。"
                )
            found += [key] * bool(mine)
        return found

    def signed_by(self, key: Key) -> Note:
        """The same note, once it is clear that this key signed it.

        Raises:
            SignatureError: it did not, or its signature is false.
        """
        if not self.signers([key]):
            raise SignatureError(
                f"没有 {key.name}（{key.id.hex()}）的签名，签名的是：{_named(self.signatures)}。"
                "名字一样、括号里不一样的，可能换过密钥：请从公告栏上核对新的公钥。"
            )
        return self


def _named(signatures: Sequence[Signature]) -> str:
    """Who is said to have signed; whoever serves the note can write any names there."""
    names = list(dict.fromkeys(f"{quoted(one.name)}（{one.id.hex()}）" for one in signatures))
    more = f"等 {len(names)} 个" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more


def _place(key: Key) -> tuple[str, bytes]:
    return key.name, key.id


def read_note(content: bytes) -> Note:
    """A note from its bytes; nothing is said yet of who signed it.

    Raises:
        LogError: it is not written as a note is; the message says where.
    """
    if len(content) > _MOST_BYTES:
        raise LogError("签名的文件太大，没有读。")
    try:
        whole = content.decode("utf-8")
    except UnicodeDecodeError:
        raise LogError("签名的文件不是 UTF-8 文字。") from None
    if _CONTROL.search(whole):
        raise LogError("签名的文件里有看不见的控制字符。")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise LogError("签名的文件里，正文和签名之间没有空行。")
    if not lines.endswith("\n"):
        raise LogError("签名的文件最后一行不完整，或者没有签名。")
    signatures = [_signature(line) for line in lines[:-1].split("\n")]
    if len(signatures) > _MOST_SIGNATURES:
        raise LogError(f"签名的文件里签名太多（超过 {_MOST_SIGNATURES} 个），没有读。")
    return Note(text + "\n", signatures)


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, coded = rest.partition(" ")
    if dash != "—" or not _NAME.fullmatch(name):
        raise LogError("签名的文件里，有一行应当是签名（— 名字 base64），却不是。")
    content = from_base64(coded)
    if len(content) <= _ID_BYTES:
        raise LogError("签名的文件里，有一个签名太短。")
    return Signature(name, content[:_ID_BYTES], content[_ID_BYTES:])


def from_base64(coded: str) -> bytes:
    """The bytes of a base64 text (RFC 4648, section 4), of which there is only one form.

    Raises:
        LogError: it is none.
    """
    try:
        content = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not coded or base64.b64encode(content).decode() != coded:
        raise LogError("有一处应当是 base64，却不是。")
    return content


@dataclass(frozen=True)
class Signer:
    """A name with the secret half of its key: 32 bytes."""

    name: str
    seed: bytes

    @property
    def key(self) -> Key:
        """The public half."""
        return Key(self.name, Kind.NOTE, public_half(self.seed))

    def sign(self, text: str) -> Note:
        """A note of a text.

        Raises:
            LogError: the text is not such that it could be read back.
        """
        made = sign(self.seed, text.encode())
        note = Note(text, [Signature(self.name, self.key.id, made)])
        if read_note(str(note).encode()) != note:
            raise LogError("这段文字不能签名：应当由完整的行组成。")
        return note


@dataclass(frozen=True)
class Witness:
    """One who signs that a note was seen at a time; `seed` has 32 bytes."""

    name: str
    seed: bytes

    @property
    def key(self) -> Key:
        """The public half."""
        return Key(self.name, Kind.COSIGNATURE, public_half(self.seed))

    def cosign(self, note: Note, time: int) -> Note:
        """The note with one signature more; `time` is in seconds (POSIX)."""
        made = time.to_bytes(_TIME_BYTES) + sign(self.seed, _timed(time, note.text.encode()))
        return joined(note, [Signature(self.name, self.key.id, made)])


def joined(note: Note, signatures: Collection[Signature]) -> Note:
    """A note with further signatures, each once."""
    return Note(note.text, list(dict.fromkeys([*note.signatures, *signatures])))
