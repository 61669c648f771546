"""Independent judges agree with us: Go's tlog and note, tlog-scales, OpenSSL."""

from __future__ import annotations

import json
import os
import random
import subprocess
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint as TheirCheckpoint
from tlog_scales.tlog import ConsistencyProof, InclusionProof
from tlog_scales.writer import TilesWriter

from conftest import ROOT
from doubles import receipt_vectors as vectors
from yanlu.receipts.checkpoints import Checkpoint
from yanlu.receipts.log import read_log
from yanlu.receipts.merkle import Tree, leaf_hash, tree_of
from yanlu.receipts.notes import Key, Signer
from yanlu.receipts.office import log_key
from yanlu.receipts.policies import Policy
from yanlu.receipts.serving import site_files
from yanlu.receipts.signatures import sign
from yanlu.receipts.tiles import tile_files
from yanlu.settings import open_portal

JUDGE = Path(__file__).parent / "judge" / "main.go"
SIZES = [1, 200, 256, 300, 512, 777]
SIGNER = Signer("log.example/judged", bytes(range(32)))


@dataclass(frozen=True)
class Judged:
    """A log that we wrote, with a checkpoint of each size."""

    folder: Path
    tree: Tree
    entries: Sequence[bytes]
    notes: list[Path] = field(default_factory=list)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    folder = tmp_path_factory.mktemp("log")
    chance = random.Random(8)  # noqa: S311 - the same log in every run
    entries = [chance.randbytes(chance.randrange(1, 99)) for _ in range(SIZES[-1])]
    tree = tree_of(entries)
    notes = []
    for path, content in tile_files(tree, entries, SIZES):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    for size in SIZES:
        note = SIGNER.sign(Checkpoint(SIGNER.name, size, tree.root(size)).text)
        notes.append(folder / f"{size}.checkpoint")
        notes[-1].write_text(str(note), "utf-8")
    (folder / "checkpoint").write_bytes(notes[-1].read_bytes())
    return Judged(folder, tree, entries, notes)


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The judge in Go, from Debian's packages alone, without a network."""
    made = tmp_path_factory.mktemp("judge")
    surroundings = {
        "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(made / "cache"),
        "GOFLAGS": "-p=1", "GOPROXY": "off", "GOTOOLCHAIN": "local",
    }  # fmt: skip
    command = ["go", "build", "-o", str(made / "judge"), str(JUDGE)]
    subprocess.run(command, check=True, env={**os.environ, **surroundings})
    return made / "judge"


def _ask(judge: Path, case: dict[str, Any]) -> str:
    asked = json.dumps(case)
    done = subprocess.run([judge], input=asked, capture_output=True, text=True, check=False)
    return done.stdout


def _proofs(tree: Tree, entries: Sequence[bytes], sizes: Sequence[int]) -> dict[str, Any]:
    """All inclusions and consistencies of some sizes, in the names of transparency-dev."""

    def told(*hashes: bytes) -> list[str]:
        return [b64encode(one).decode() for one in hashes]

    inclusion = [
        {"leafIdx": index, "treeSize": size, "root": told(tree.root(size))[0],
         "leafHash": told(leaf_hash(entries[index]))[0],
         "proof": told(*tree.inclusion(index, size))}
        for size in sizes
        for index in range(size)
    ]  # fmt: skip
    consistency = [
        {"size1": old, "size2": new, "root1": told(tree.root(old))[0],
         "root2": told(tree.root(new))[0], "proof": told(*tree.consistency(old, new))}
        for new in sizes
        for old in sizes
        if old <= new
    ]  # fmt: skip
    return {"inclusion": inclusion, "consistency": consistency}


def test_go_accepts_all_of_the_vectors_and_refuses_what_is_bad(go: Path) -> None:
    folder = vectors.FOLDER
    case = {
        "log": str(folder / "log"),
        "vkey": vectors.key("log").vkey,
        "good": [str(folder / f"log/history/{size}.checkpoint") for size in vectors.SIZES],
        "bad": [str(path) for path in sorted((folder / "bad").glob("checkpoint-*"))],
        "inclusion": vectors.load("inclusion.json"),
        "consistency": vectors.load("consistency.json"),
    }
    count = len(vectors.SIZES) + sum(vectors.SIZES) + 5 + 2 * 1275
    assert _ask(go, case) == f"checked {count} wrong 0\n"


def test_go_accepts_all_that_we_write(go: Path, ours: Judged) -> None:
    case = {
        "log": str(ours.folder),
        "vkey": SIGNER.key.vkey,
        "good": [str(note) for note in ours.notes],
        **_proofs(ours.tree, ours.entries, SIZES),
    }
    pairs = len(SIZES) * (len(SIZES) + 1) // 2
    count = len(SIZES) + 2 * sum(SIZES) + pairs
    assert _ask(go, case) == f"checked {count} wrong 0\n"


def test_go_accepts_the_log_of_the_reference_office(go: Path, tmp_path: Path) -> None:
    portal = open_portal(ROOT)
    log, key = read_log(portal.data), log_key(portal)
    for place, content in site_files(log, Policy([key])):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(content)
    notes = [str(path) for path in (tmp_path / "history").iterdir()]
    case = {"log": str(tmp_path), "vkey": key.vkey, "good": notes}
    assert _ask(go, case) == f"checked {len(notes) + sum(log.notes)} wrong 0\n"


def test_go_refuses_a_fork_of_ours(go: Path, ours: Judged, tmp_path: Path) -> None:
    text = Checkpoint(SIGNER.name, SIZES[-1], leaf_hash(b"other")).text
    fork = tmp_path / "fork"
    fork.write_text(str(SIGNER.sign(text)), "utf-8")
    case = {"log": str(ours.folder), "vkey": SIGNER.key.vkey, "good": [str(fork)]}
    assert "checked" not in _ask(go, case)


def test_tlog_scales_accepts_all_that_we_write(ours: Judged) -> None:
    theirs = TheirCheckpoint.from_text((ours.folder / "checkpoint").read_text("utf-8"))
    theirs.verify(Vkey.from_string(SIGNER.key.vkey))
    reader = TilesReader(LocalBackend(ours.folder))
    for size in SIZES:
        reader.set_size(size)
        assert reader.calculate_root_hash() == ours.tree.root(size)
    for size in SIZES:
        root = ours.tree.root(size)
        for index in range(size):
            proof = InclusionProof(index, size, ours.tree.inclusion(index, size))
            proof.check(leaf_hash(ours.entries[index]), root)
        for old in (one for one in SIZES if one <= size):
            steps = ours.tree.consistency(old, size)
            ConsistencyProof(old, size, steps).check(ours.tree.root(old), root)


def test_tlog_scales_writes_the_same_files(ours: Judged, tmp_path: Path) -> None:
    writer = TilesWriter.create(tmp_path / "log", SIGNER.name)
    for entry in ours.entries:
        writer.add_leaf(entry)
    writer.commit([], gc=True)
    theirs = {
        path.relative_to(tmp_path / "log").as_posix(): path.read_bytes()
        for path in (tmp_path / "log" / "tile").rglob("*")
        if path.is_file()
    }
    assert theirs == dict(tile_files(ours.tree, ours.entries, [len(ours.entries)]))


def test_tlog_scales_refuses_the_bad_signatures() -> None:
    key = Vkey.from_string(vectors.key("log").vkey)
    for name in ("root-changed", "size-changed", "wrong-key"):
        text = vectors.read(f"bad/checkpoint-{name}").decode()
        with pytest.raises(InvalidSignature):
            TheirCheckpoint.from_text(text).verify(key)


def _openssl(folder: Path, key: Key, message: bytes, signature: bytes) -> bool:
    """What OpenSSL says of a signature; a public key in DER is this head and the key."""
    head = bytes.fromhex("302a300506032b6570032100")
    for name, content in (("key", head + key.public), ("text", message), ("sig", signature)):
        (folder / name).write_bytes(content)
    command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -in text -sigfile sig"
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def test_openssl_accepts_our_signature_and_no_other(tmp_path: Path) -> None:
    text = b"log.example/judged\n1\n"
    made = sign(SIGNER.seed, text)
    assert _openssl(tmp_path, SIGNER.key, text, made)
    assert not _openssl(tmp_path, SIGNER.key, text + b"\n", made)
    assert not _openssl(tmp_path, vectors.key("log"), text, made)
