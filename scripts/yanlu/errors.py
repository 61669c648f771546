"""Everything that Yanlu refuses to do, as few named errors.

A message is for staff, in Chinese: what is wrong, where, what to do next. It never
holds a value from a record: file, row and column are enough to find it on the machine
where the record lies.
"""

from __future__ import annotations

import re

_QUOTED = 80  # characters of a text that others wrote; names of logs and hosts are shorter


def quoted(text: object) -> str:
    """A text that others wrote, so that it may be said again: on a terminal, in a file, in a log.

    What would not be seen as itself (controls, escapes, marks of direction, halves of pairs) is
    written out by its number, and what is too long is cut.
    """
    told = "".join(
        sign if sign.isprintable() else f"[U+{ord(sign):04X}]" for sign in str(text)[: _QUOTED + 1]
    )
    return told if len(told) <= _QUOTED else f"{told[:_QUOTED]}…"


def stopped(error: ValueError) -> str:
    """Where a reader of TOML stopped; what it says of that is English, and may quote the file."""
    place = re.search(r"at line (\d+), column (\d+)\)$", str(error))
    return f"第 {place[1]} 行第 {place[2]} 个字" if place else "最后一行"


class YanluError(Exception):
    """Base of all refusals; `exit_code` is what the command line ends with."""

    exit_code = 1


class SettingsError(YanluError):
    """`data/office.toml`, a mapping or a code list does not say what it must."""

    exit_code = 2


class InputError(YanluError):
    """Case records that cannot be counted as they are."""

    exit_code = 2


class DisclosureError(YanluError):
    """Counts that cannot be protected, or a table that is not protected."""


class UndecidedError(DisclosureError):
    """Whether published tables together give a small count away could not be settled."""

    exit_code = 3


class TableError(DisclosureError):
    """A table or a hierarchy that does not say what it must."""

    exit_code = 2


class PackageError(YanluError):
    """A published file that is missing, altered or not described."""


class HistoryError(YanluError):
    """A git history that is missing, cut off or incomplete."""


class BuildError(YanluError):
    """The site cannot be built from what the repository holds."""


class ServeError(YanluError):
    """The site cannot be served, for instance because the port is taken."""

    exit_code = 2


class DeadlineError(YanluError):
    """A period that cannot be counted: no such rule, not in force, no calendar of that year."""

    exit_code = 2


class GuidanceError(YanluError):
    """Guidance that would lead somebody nowhere: a tree with a gap, a door without an office."""


class ReceiptError(YanluError):
    """A receipt code that is none, or does not belong to anything."""

    exit_code = 2


class IntakeError(YanluError):
    """The intake cannot be set up or run as asked; `exit_code` 2, nothing was changed."""

    exit_code = 2


class StoreError(IntakeError):
    """The store cannot take or give what is asked: an act that does not fit, a full disk."""


class FederationError(YanluError):
    """What a lower office serves cannot be taken in: altered, too much, from elsewhere."""


class LogError(YanluError):
    """Text of the public log, or of a proof about it, that is not written as it must be.

    What a check of a log can find has errors of its own, each with its exit code.
    """

    exit_code = 10


class SignatureError(LogError):
    """A checkpoint that the key asked for did not sign."""

    exit_code = 11


class TruncatedError(LogError):
    """A file of a log that is not there, or ends too early."""

    exit_code = 12


class AlteredError(LogError):
    """A file of a log that says something else than what was signed."""

    exit_code = 13


class SwappedError(LogError):
    """A file of a log that stands where another belongs."""

    exit_code = 14


class ReplayedError(LogError):
    """A log that is older than what was seen of it before."""

    exit_code = 15


class ForkError(LogError):
    """A log that does not continue what was signed before: two truths under one key."""

    exit_code = 16


class RuleError(LogError):
    """Lines that are signed but break the rules of the log."""

    exit_code = 17


class UnreachableError(LogError):
    """A log that could not be read at all, for instance because there is no connection."""

    exit_code = 18


class CutShortError(UnreachableError):
    """A file that began to come and did not come to its end; others of its office may."""
