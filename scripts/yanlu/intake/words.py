"""The second word: chosen by the writer, kept only as an argon2id hash (RFC 9106)."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def hash_word(word: str) -> str:
    """What the store keeps of a word."""
    return _hasher().hash(_plain(word))


def is_word(hashed: str | None, typed: str) -> bool:
    """Whether what is typed is the word, in any width, case and spacing.

    Where there is none (None), nothing is, and it takes as long to find out.
    """
    from argon2.exceptions import VerifyMismatchError

    try:
        return _hasher().verify(hashed or _decoy(), _plain(typed)) and hashed is not None
    except VerifyMismatchError:
        return False


@cache
def _hasher() -> PasswordHasher:
    """The second recommendation of OWASP's cheat sheet (2024): 19 MiB, two passes, one lane.

    Loaded when it is needed: whoever reviews a text hashes nothing.
    """
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _decoy() -> str:
    return hash_word(secrets.token_hex())


def _plain(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())
