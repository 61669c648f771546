"""What the intake knows of a store, whichever database holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from yanlu.errors import StoreError

Values = Sequence[Any] | Mapping[str, Any]
# Whether to wait on for a lock, asked after each look at it; told how many looks there were before.
Waiting = Callable[[int], bool]
WAIT = 5_000  # milliseconds for another process's transaction
FLOOR = 64 << 20  # bytes that must stay free on the disk
STORE, KEYS, SECRET = "store.sqlite", "keys.sqlite", "intake.key"
SECRET_BYTES = 32
# What makes the tables of the records and of the keys, in the order in which they name each other.
RECORDS_SQL = (
    "schema.sql",
    "gone.sql",
    "mergers.sql",
    "opinions.sql",
    "registrations.sql",
    "restored.sql",
    "reports.sql",
    "events.sql",
    "persons.sql",
    "moving.sql",
)
KEYS_SQL = ("keys.sql", "coming.sql")


class DiskError(StoreError):
    """The machine does not take or give it, whatever was asked: words for staff alone."""


class FullDiskError(DiskError):
    """There is no room for it."""


class UnsureError(DiskError):
    """The link to a server broke while it was to make something durable: it may have."""


class BrokenFileError(DiskError):
    """A file that is no SQLite database, or not a whole one."""


class ConflictError(StoreError):
    """What is to be written is against what is there already; it may fit once that has gone."""


class Connection(Protocol):
    """One connection to the records or to the keys; it belongs to one thread.

    Statements are in the SQL that SQLite and PostgreSQL have in common, with `?` or `:name` for
    values; two functions of SQLite's, `json_extract` and `json_each`, PostgreSQL is taught
    (postgres.sql). Whatever fails is a StoreError or, of the machine, a DiskError.
    """

    def rows(self, query: str, values: Values = ()) -> list[dict[str, Any]]:
        """Rows by column name; outside of a transaction, as of this moment."""

    def change(self, query: str, values: Values = ()) -> int:
        """How many rows a statement changed."""

    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside or nothing, durable at the end; one at a time in each database.

        Whoever comes second waits before reading anything, and sees what the first did.
        """

    def forget(self, wait: int) -> bool:
        """Let nothing be left beside the tables of what was deleted or replaced in them.

        Waits `wait` milliseconds for readers; False where one was in the way all the time.
        """

    def wait_by(self, waiting: Waiting) -> None:
        """Ask this, from now on, whether to wait on for another's transaction."""

    def free(self) -> float:
        """Bytes that are left on its disk; infinite where only its server can tell.

        Raises:
            DiskError: as `refuse_moved`.
        """

    def refuse_moved(self) -> None:
        """Let nothing be written, or deleted, where it would be so in no store any more.

        Raises:
            DiskError: it is gone or does not answer, or another one is in its place.
        """

    def agrees(self, secret: bytes | None) -> bool:
        """Whether this is the hash of the office's secret; the first that is told is from now on.

        Several machines may have one store: all must have the same. None asks whether there is
        none yet.
        """

    def close(self) -> None:
        """End it."""


@dataclass(frozen=True)
class Server:
    """A store in PostgreSQL: its address, without any password, and a folder of this machine.

    In the folder lies what must not lie in the database: the office's own secret.
    """

    address: str
    folder: Path

    def __str__(self) -> str:
        """Machine and database, for messages and logs: nobody's name, and no settings."""
        try:
            parts = urlsplit(self.address)
        except ValueError:
            return "postgresql://…"
        return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"


StorePlace = Path | Server  # of a store: the folder of its two files, or a database on a server


def home(place: StorePlace) -> Path:
    """The folder of this machine in which lies what is not in the database."""
    return place.folder if isinstance(place, Server) else place


@dataclass(frozen=True)
class Store:
    """The open store of one office: `main` holds records, `keys` what opens them.

    Its connections belong to one thread; another thread opens the store for itself. `folder` is
    where the office's secret lies; `floor` is how many bytes must stay free.
    """

    folder: Path
    main: Connection
    keys: Connection
    floor: int = FLOOR

    def close(self) -> None:
        """Close both."""
        self.main.close()
        self.keys.close()
