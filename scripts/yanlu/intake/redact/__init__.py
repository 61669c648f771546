"""Hides who wrote, and whom they write about, from any text; deterministic, without network.

What is looked for, what stands in its place and what citizens are told about it is in
`data/kinds.toml`; `redact` finds, a person reads, `confirm` makes what may be published.
"""

from yanlu.intake.redact.gate import Redacted, confirm, found_in
from yanlu.intake.redact.kinds import Kind, kinds
from yanlu.intake.redact.official import hotlines, official_numbers
from yanlu.intake.redact.scan import Redaction, Span, redact

__all__ = [
    "Kind",
    "Redacted",
    "Redaction",
    "Span",
    "confirm",
    "found_in",
    "hotlines",
    "kinds",
    "official_numbers",
    "redact",
]
