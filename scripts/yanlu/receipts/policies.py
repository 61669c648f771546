"""Whose signatures a checkpoint needs: `policy.txt`, c2sp.org/tlog-policy."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from yanlu.errors import LogError, SignatureError
from yanlu.receipts.notes import Key, Kind, Note, read_key

_NONE = "none"
_NAME = re.compile(r"[^\s#]+")


@dataclass(frozen=True)
class Group:
    """So many of these witnesses or groups must have signed."""

    least: int
    members: Sequence[str]


@dataclass(frozen=True)
class Policy:
    """The logs that count, witnesses and groups by name, and whose word is enough."""

    logs: Sequence[Key]
    witnesses: Mapping[str, Key] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = _NONE

    def __str__(self) -> str:
        witnesses = (f"witness {name} {key.vkey}" for name, key in self.witnesses.items())
        groups = (
            f"group {name} {group.least} {' '.join(group.members)}"
            for name, group in self.groups.items()
        )
        logs = (f"log {key.vkey}" for key in self.logs)
        return "".join(
            f"{line}\n" for line in [*logs, *witnesses, *groups, f"quorum {self.quorum}"]
        )

    def require_quorum(self, note: Note) -> None:
        """Let only a note pass that enough witnesses signed.

        Raises:
            SignatureError: too few did, or a signature of one is false.
        """
        if not self.has_quorum(note):
            names = self._signers(note)
            raise SignatureError(
                f"见证人的签名不够：{'、'.join(sorted(names)) or '没有人'}签了，"
                "不到 policy.txt 要求的数。签名是后来加的，过一天再核对；一直不够的，向见证人问。"
            )

    def has_quorum(self, note: Note) -> bool:
        """Whether enough witnesses signed.

        Raises:
            SignatureError: a signature of one is false.
        """
        return self.quorum == _NONE or self._met(self.quorum, self._signers(note))

    def _signers(self, note: Note) -> set[str]:
        found = note.signers(self.witnesses.values())
        return {name for name, key in self.witnesses.items() if key in found}

    def _met(self, name: str, signers: Collection[str]) -> bool:
        if name in self.witnesses:
            return name in signers
        group = self.groups[name]
        return sum(self._met(member, signers) for member in group.members) >= group.least


def read_policy(content: bytes) -> Policy:
    """A policy from its bytes.

    Raises:
        LogError: a line is none of a policy, names something twice or before it is told of, or
            it does not say whose word is enough.
    """
    reader = _Reader()
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise LogError("policy.txt 不是 UTF-8 文字。") from None
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words and not words[0].startswith("#") and not reader.take(words):
            raise LogError(f"policy.txt 第 {number} 行不是公钥清单里的写法，或者重复了。")
    if not reader.logs or reader.quorum is None:
        raise LogError("policy.txt 里应当有 log 和 quorum 两种行。")
    return Policy(reader.logs, reader.witnesses, reader.groups, reader.quorum)


@dataclass
class _Reader:
    """What was read so far."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None

    def take(self, words: Sequence[str]) -> bool:
        """Whether a line is one of a policy."""
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                return self._log(read_key(vkey))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                return self._witness(name, read_key(vkey))
            case ["group", name, least, *members]:
                return self._group(name, least, members)
            case ["quorum", name] if self.quorum is None:
                self.quorum = name
                return name == _NONE or self._known(name)
        return False

    def _log(self, key: Key) -> bool:
        fresh = key.kind is Kind.NOTE and key not in self.logs
        self.logs.append(key)
        return fresh

    def _witness(self, name: str, key: Key) -> bool:
        fresh = self._free(name) and key.kind is Kind.COSIGNATURE
        fresh = fresh and key not in self.witnesses.values()
        self.witnesses[name] = key
        return fresh

    def _group(self, name: str, least: str, members: Sequence[str]) -> bool:
        count = {"any": "1", "all": str(len(members))}.get(least, least)
        right = count.isascii() and count.isdigit() and 0 < int(count) <= len(members)
        fresh = self._free(name) and len(set(members)) == len(members)
        if not (right and fresh and all(map(self._known, members))):
            return False
        self.groups[name] = Group(int(count), members)
        return True

    def _free(self, name: str) -> bool:
        return bool(_NAME.fullmatch(name)) and name != _NONE and not self._known(name)

    def _known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups
