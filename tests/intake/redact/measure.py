"""How much of what was planted is masked, and how many clean texts go to a person.

As a program: `PYTHONPATH=tests python -m intake.redact.measure [SEED] [ROUNDS]` prints them.
"""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from intake.redact.corpus import MAKERS, PARTS, Planted, clean, generated, planted, written
from yanlu.intake.redact import Redaction, hotlines, kinds, redact

INVISIBLE = "\u200b\u200c\u200d\u2060\ufe0f\u20e3"
STRUCTURED = tuple(kind for kind in MAKERS if kind not in ("name", "house"))


@dataclass
class Tally:
    """Found and missed by kind; what was missed can be looked at."""

    found: Counter[str] = field(default_factory=Counter)
    missed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def recall(self, kind: str) -> float:
        """The share that was found."""
        return self.found[kind] / (self.found[kind] + len(self.missed[kind]))


def is_hidden(redaction: Redaction, text: str, start: int, end: int) -> bool:
    """Whether every visible character lies in a mask."""
    masks = [span for span in redaction.spans if kinds()[span.kind].masked]
    return all(
        any(mask.start <= place < mask.end for mask in masks)
        for place in range(start, end)
        if text[place] not in INVISIBLE
    )


def is_marked(redaction: Redaction, start: int, end: int, kind: str) -> bool:
    """Whether a reviewer is shown it."""
    marks = [span for span in redaction.spans if span.kind == kind]
    return any(mark.start < end and start < mark.end for mark in marks)


def tally(texts: Iterable[Planted]) -> Tally:
    """What became of all plants."""
    result = Tally()
    for one in texts:
        redaction = redact(one.text, hotlines())
        for start, end, kind in one.plants:
            marked = kind in kinds() and not kinds()[kind].masked
            if marked:
                done = is_marked(redaction, start, end, kind)
            else:
                done = is_hidden(redaction, one.text, start, end)
            if done:
                result.found[kind] += 1
            else:
                result.missed[kind].append(f"{one.text} → {redaction.redacted}")
    return result


def spelled(part: str, kind: str, seed: int, rounds: int) -> Tally:
    """The same for generated texts of one kind, in all spellings."""
    rng = random.Random(seed)  # noqa: S311 - the texts must be the same each time
    return tally(one for _ in range(rounds) for _, one in generated(part, kind, rng))


def to_person(part: str) -> list[str]:
    """Clean texts that a person must read."""
    return [text for text in clean(part) if redact(text, hotlines()).needs_person]


def altered(part: str) -> list[str]:
    """Clean texts of which something was masked."""
    return [text for text in clean(part) if redact(text, hotlines()).redacted != text]


def unread(part: str) -> list[str]:
    """Planted texts that must go to a person and do not."""
    return [one.text for one in planted(part) if one.needs_person and not
            redact(one.text, hotlines()).needs_person]  # fmt: skip


def main() -> None:
    """Print all figures."""
    given = [int(argument) for argument in sys.argv[1:]]
    seed, rounds = (*given, *(1, 5)[len(given) :])
    for part in PARTS:
        for kind in MAKERS:
            _print(f"{part}, generated {kind}", spelled(part, kind, seed, rounds), kind)
    for part in written():
        found = tally(planted(part))
        for kind in sorted({*found.found, *found.missed}):
            _print(f"{part}, written {kind}", found, kind)
        counts = len(clean(part)), len(to_person(part)), len(altered(part)), len(unread(part))
        print("{}, clean: {}, to a person {}, altered {}; should be read {}".format(part, *counts))


def _print(what: str, result: Tally, kind: str) -> None:
    all_of_them = result.found[kind] + len(result.missed[kind])
    print(f"{what}: {result.recall(kind):.2%} of {all_of_them}")
    for missed in result.missed[kind][:3]:
        print(f"    {missed}")


if __name__ == "__main__":
    main()
