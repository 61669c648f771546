"""What clues for names weigh: learned from the texts that detectors may know.

As a program: `PYTHONPATH=tests python -m intake.redact.learn` writes `data/clues.csv` beside the
detectors. The same texts give the same weights.
"""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from intake.redact.corpus import PARTS, Planted, clean, parts, planted
from yanlu.intake.redact import candidates as candidate
from yanlu.intake.redact import kinds
from yanlu.intake.redact.clues import clues, left_of, right_of
from yanlu.intake.redact.lists import HAN, given_characters, often, surnames
from yanlu.intake.redact.persons import surname_at
from yanlu.intake.redact.shadow import cast
from yanlu.intake.redact.transcribed import whole_names
from yanlu.intake.redact.weighed import ENOUGH
from yanlu.intake.redact.words import PERSONS, commonness, tagged, word_class

DATA = Path(__file__).parents[3] / "scripts" / "yanlu" / "intake" / "redact" / "data"
CONTENT = Path(__file__).parents[3] / "content"
SENTENCE = re.compile(rf"{HAN}[^。!?！？\n|#`]{{6,120}}")
SEED, ROUNDS, FEWEST = 5, 800, 2
STEP, KEPT, KEPT_SQUARE, PULL = 0.05, 0.9, 0.999, 1e-5  # of Adam, and towards 0
NEAR, HARD = 100, 8  # hundredths below what is taken for a name; how often such count again
COMMON = 3  # digits of the count of a word that is drawn
DRAWN = 0.6  # of the words of a text that are others in it
POSITIVE = 2.0  # a name that is missed is worse than a word that is shown to a person
OFTEN = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜"

Example = tuple[list[str], bool]


def examples(text: Planted) -> Iterator[Example]:
    """The clues of every candidate of a text, and whether it is a name."""
    shadow = cast(text.text).text
    names = [(start, end) for start, end, kind in text.plants if kind == "name"]
    others = [(start, end) for start, end, kind in text.plants
              if kind != "name" and kinds()[kind].masked]  # fmt: skip
    known = candidate.words_of(shadow)
    for one in candidate.candidates(known):
        if any(one.start < end and start < one.end for start, end in others):
            continue
        whole = {(one.start, one.end), (one.start + one.prefix, one.end)}
        left, right = left_of(known, one.start), right_of(known, one.end)
        found = (*left.clues, *right.clues, *clues(known, one, left, right))
        yield list(found), not whole.isdisjoint(names)


class Namer:
    """Draws other names for those of a text, so that contexts are learned and not names."""

    def __init__(self, rng: random.Random) -> None:
        """`rng` decides; the same one draws the same names."""
        self.rng = rng
        self.by_kind = {kind: [name for name, own in surnames().items() if own == kind]
                        for kind in ("plain", "word", "compound", "function")}  # fmt: skip
        self.given = sorted(given_characters())
        self.wholes = sorted(whole_names())
        self.things = parts()["things"]

    def renamed(self, text: Planted) -> Planted:
        """The same text about other people."""
        written, plants, place, names = "", [], 0, dict[str, str]()
        for start, end, kind in text.plants:
            written += text.text[place:start]
            old = text.text[start:end]
            new = names.setdefault(old, self._other(old)) if kind == "name" else old
            plants.append((len(written), len(written) + len(new), kind))
            written, place = written + new, end
        return Planted(written + text.text[place:], tuple(plants))

    def _other(self, old: str) -> str:
        surname = surname_at(old, 0)
        if not candidate.RUN.fullmatch(old):
            return old
        if old == surname:
            return self._surname()
        if (len(old) > 3 and not surname[1:]) or self.rng.random() < 0.06:
            return "".join(self.rng.choices(self.wholes, k=self.rng.choice((1, 2, 2))))
        if len(old) == 2 and not surname:
            return "".join(self.rng.choices(self.given, k=2))
        return self._surname() + self._given() if surname and len(old) < 5 else old

    def _surname(self) -> str:
        weights = {"plain": 25, "word": 15, "compound": 5, "function": 5}
        if self.rng.random() < 0.5:
            return self.rng.choice(OFTEN)
        return self.rng.choice(self.by_kind[self.rng.choices(*zip(*weights.items()))[0]])  # noqa: B905

    def _given(self) -> str:
        if self.rng.random() < 0.12:
            return self.rng.choice(self.things)
        return "".join(self.rng.choices(self.given, k=self.rng.choice((1, 2, 2, 2))))


class Worder:
    """Puts other words for those of a clean text: what stands where no name does, not which."""

    def __init__(self, rng: random.Random) -> None:
        """`rng` decides; the same one draws the same words."""
        self.rng = rng
        self.words: dict[str, list[str]] = {}
        for word in _words():
            self.words.setdefault(_kind(word_class(word)), []).append(word)

    def reworded(self, text: str) -> str:
        """The same sentences of other words of the same kinds, half of them drawn anew."""
        return "".join(map(self._other, tagged(text)))

    def _other(self, old: tuple[str, str]) -> str:
        word, tag = old
        drawn = self.words.get(_kind(tag), ()) if len(word) == 2 else ()
        return self.rng.choice(drawn) if drawn and self.rng.random() < DRAWN else word


def _kind(tag: str) -> str:
    return "n" if tag in PERSONS else tag[:1] if tag[:1] in "nva" else ""


def _words() -> list[str]:
    """Words of two characters that begin like a surname and are common."""
    heads = sorted(name for name in surnames() if len(name) == 1)
    pairs = (head + char for head in heads for char in sorted(often()))
    return [pair for pair in pairs if commonness(pair) >= COMMON and _kind(word_class(pair))]


def learned(known: list[Example]) -> dict[str, int]:
    """Weights in hundredths; what would nearly be taken for a name, and is none, counts more."""
    first = _learned(known)
    hard = [
        (found, named)
        for found, named in known
        if not named and sum(first.get(clue, 0) for clue in ("", *found)) > ENOUGH - NEAR
    ]
    return _learned([*known, *hard * HARD])


def _learned(known: list[Example]) -> dict[str, int]:
    """By logistic regression; clues that weigh nothing are left out."""
    seen = Counter(clue for found, _ in known for clue in found)
    order = {clue: index for index, clue in enumerate(
        clue for clue, count in seen.items() if count >= FEWEST)}  # fmt: skip
    weights, always = _fitted(known, order)
    rounded = {clue: round(100 * weights[index]) for clue, index in order.items()}
    return {"": round(100 * always)} | {
        clue: weight for clue, weight in sorted(rounded.items()) if abs(weight) > 2
    }


def _fitted(known: list[Example], order: dict[str, int]) -> tuple[NDArray[np.float64], float]:
    columns = [[order[clue] for clue in found if clue in order] for found, _ in known]
    flat = np.array([index for row in columns for index in row])
    rows = np.repeat(np.arange(len(columns)), [len(row) for row in columns])
    is_name = np.array([named for _, named in known], dtype=float)
    worth = np.where(is_name > 0, POSITIVE, 1.0)
    weights, mean, square = (np.zeros(len(order)) for _ in range(3))
    always = -2.0
    for turn in range(1, ROUNDS + 1):
        sums = np.bincount(rows, weights[flat], len(columns)) + always
        error = (1 / (1 + np.exp(-sums)) - is_name) * worth
        slope = np.bincount(flat, error[rows], len(order)) / len(columns) + PULL * weights
        mean = KEPT * mean + (1 - KEPT) * slope
        square = KEPT_SQUARE * square + (1 - KEPT_SQUARE) * slope * slope
        root = np.sqrt(square / (1 - KEPT_SQUARE**turn)) + 1e-9
        weights -= STEP * mean / (1 - KEPT**turn) / root
        always -= 3 * STEP * float(error.mean())
    return weights, always


def learning(texts: Iterable[Planted], clean_texts: Iterable[str]) -> list[Example]:
    """All examples: of the texts, of the same texts about others, and of clean ones."""
    rng = random.Random(SEED)  # noqa: S311 - the weights must be the same each time
    namer, worder = Namer(rng), Worder(rng)
    own = [one for text in texts for one in (text, namer.renamed(text))]
    nobody = [one for text in clean_texts for one in (text, text, worder.reworded(text))]
    return [found for text in (*own, *(Planted(text, ()) for text in (*nobody, *manuals())))
            for found in examples(text)]  # fmt: skip


def manuals() -> list[str]:
    """Sentences of this project's pages and manuals: nobody is named in them."""
    pages = (path.read_text("utf-8") for path in sorted(CONTENT.rglob("*.md")))
    return [found[0] for page in pages for found in SENTENCE.finditer(page)]


def main() -> None:
    """Learn from all texts and write the weights."""
    texts = [text for part in PARTS for text in planted(part)]
    nobody = [text for part in PARTS for text in clean(part)]
    weights = learned(learning(texts, nobody))
    with (DATA / "clues.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerows([("clue", "weight"), *weights.items()])
    print(f"{len(weights)} clues")


if __name__ == "__main__":
    main()
