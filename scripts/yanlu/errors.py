"""Everything that Yanlu refuses to do, as few named errors.

A message is for staff, in Chinese: what is wrong, where, what to do next. It never
holds a value from a record: file, row and column are enough to find it on the machine
where the record lies.
"""


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
