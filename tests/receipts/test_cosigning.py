"""Witnesses sign what they saw; a new key and the one before sign together for a while."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from conftest import run_yanlu
from doubles.sealed import EVENTS, FIRST, SIGNER, chance, sealed_days, served_log
from yanlu.errors import LogError, SettingsError, SignatureError
from yanlu.receipts.cosigning import add_cosignatures
from yanlu.receipts.fetch import reader
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.log import begun_on, log_faults, read_log
from yanlu.receipts.notes import Signer, Witness
from yanlu.receipts.office import OVERLAP, former_signer, log_policy
from yanlu.receipts.policies import Policy
from yanlu.receipts.releases import add_pending
from yanlu.receipts.sealing import Order, seal
from yanlu.receipts.serving import site_files, witnessed
from yanlu.receipts.verify import verify
from yanlu.settings import Portal, open_portal

LIBRARY = Witness("library.example/witness", b"l" * 32)
STRANGER = Witness("stranger.example/witness", b"s" * 32)
POLICY = Policy([SIGNER.key], {"library": LIBRARY.key})
LAST = 3 + 2 * EVENTS  # lines after two days: two heads, a key, and the events


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    sealed_days(tmp_path / "data", [0, 1])
    return tmp_path / "data"


def test_what_a_witness_signed_is_published_with_the_checkpoint(data: Path, tmp_path: Path) -> None:
    """As a whole checkpoint, or as the line alone that a witness answers; each once."""
    old, new = read_log(data).notes.values()
    whole = STRANGER.cosign(LIBRARY.cosign(old, 5), 6)
    assert add_cosignatures(data, POLICY, str(whole).encode()) == [LIBRARY.key]
    line = LIBRARY.cosign(new, 7).signatures[-1].line
    assert add_cosignatures(data, POLICY, line.encode()) == [LIBRARY.key]
    assert add_cosignatures(data, POLICY, line.encode()) == []
    for note in read_log(data).notes.values():
        assert [one.name for one in note.signatures] == [SIGNER.name, LIBRARY.name]
    assert list(log_faults(read_log(data), SIGNER.key)) == []
    verified = verify(reader(str(served_log(data, tmp_path / "log"))), SIGNER.key)
    assert verified.checkpoint.size == LAST
    assert verified.note.signers([LIBRARY.key]) == [LIBRARY.key]


def test_a_site_shows_the_log_as_far_as_enough_witnesses_signed(data: Path) -> None:
    """Between sealing and cosigning nobody is told that something is wrong."""
    few = Policy([SIGNER.key], {"library": LIBRARY.key}, {}, "library")
    log = read_log(data)
    assert witnessed(log, few).size == LAST  # nobody signed yet: there is nothing else to show
    first = min(log.notes)
    add_cosignatures(data, few, str(LIBRARY.cosign(log.notes[first], 5)).encode())
    files = dict(site_files(read_log(data), few))

    def read(place: str, most: int) -> bytes:
        return files[place][:most]

    verified = verify(read, SIGNER.key)
    few.require_quorum(verified.note)
    assert verified.checkpoint.size == first
    assert not [place for place in files if str(LAST) in place]
    line = LIBRARY.cosign(log.notes[LAST], 6).signatures[-1].line
    add_cosignatures(data, few, line.encode())
    assert witnessed(read_log(data), few).size == LAST


def test_what_no_witness_signed_or_of_another_log_is_not_added(data: Path) -> None:
    note = read_log(data).notes[LAST]
    strange = str(STRANGER.cosign(note, 5)).encode()
    forged = str(LIBRARY.cosign(note, 5)).replace(f"{LIBRARY.name} ", f"{LIBRARY.name} ")
    broken = re.sub(r"(library\S+ \S{20})\S", r"\1_", forged).encode()
    other = str(LIBRARY.cosign(SIGNER.sign(note.text.replace(str(LAST), "20")), 5)).encode()
    for content, error in ((strange, SignatureError), (broken, LogError), (other, LogError)):
        with pytest.raises(error):
            add_cosignatures(data, POLICY, content)
    late = Witness(LIBRARY.name, b"x" * 32)
    with pytest.raises(SignatureError):
        add_cosignatures(data, Policy([SIGNER.key], {"library": late.key}), strange)
    assert read_log(data).notes[LAST] == note
    empty = data / "empty"
    empty.mkdir()
    with pytest.raises(LogError, match="还没有封存过"):
        add_cosignatures(empty, POLICY, strange)


def _settings(portal: Portal, *lines: str) -> Portal:
    path = portal.data / "office.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("[receipts]\n", "\n".join(["[receipts]", *lines, ""])), "utf-8")
    return open_portal(portal.folder)


def test_an_office_names_its_witnesses_and_how_many_must_have_signed(
    portal: Portal, tmp_path: Path
) -> None:
    named = f'witnesses = [{{ name = "library", key = "{LIBRARY.key.vkey}" }}]'
    office = _settings(portal, named, "quorum = 1")
    policy = log_policy(office)
    assert str(policy).splitlines()[1:] == [
        f"witness library {LIBRARY.key.vkey}",
        "group enough 1 library",
        "quorum enough",
    ]
    done = run_yanlu(office.folder, "receipts", "seal")
    assert done.returncode == 0, done.stderr
    [note] = read_log(office.data).notes.values()
    with pytest.raises(SignatureError):
        policy.require_quorum(note)
    (tmp_path / "sent").write_text(str(LIBRARY.cosign(note, 9)), "utf-8")
    done = run_yanlu(office.folder, "receipts", "cosign", str(tmp_path / "sent"))
    assert f"已添加 {LIBRARY.name} 的签名" in done.stdout, done.stderr
    [note] = read_log(office.data).notes.values()
    policy.require_quorum(note)


@pytest.mark.parametrize(
    "lines",
    [
        ["quorum = 1"],
        [f'witnesses = [{{ name = "a b", key = "{LIBRARY.key.vkey}" }}]'],
        [f'witnesses = [{{ name = "library", key = "{SIGNER.key.vkey}" }}]'],
        [f'witnesses = [{", ".join([f"""{{ name = "a", key = "{LIBRARY.key.vkey}" }}"""] * 2)}]'],
    ],
)
def test_witnesses_that_cannot_be_told_apart_are_refused(portal: Portal, lines: list[str]) -> None:
    with pytest.raises(SettingsError, match="witnesses"):
        log_policy(_settings(portal, *lines))


def test_a_new_key_and_the_one_before_both_sign_and_either_is_enough(
    data: Path, tmp_path: Path
) -> None:
    newer = Signer(SIGNER.name, b"n" * 32)
    order = Order(FIRST + timedelta(days=2), EVENTS)
    with pytest.raises(LogError, match="没有登记"):
        seal(data, newer, order, chance(90), None, SIGNER)
    add_pending(data, KeyLine("log", newer.key))
    seal(data, SIGNER, order, chance(20), None)
    assert begun_on(read_log(data), newer.key) == FIRST + timedelta(days=2)
    assert begun_on(read_log(data), SIGNER.key) == FIRST
    seal(data, newer, Order(FIRST + timedelta(days=3), EVENTS), chance(30), None, SIGNER)
    read = reader(str(served_log(data, tmp_path / "log")))
    for key in (newer.key, SIGNER.key):
        assert verify(read, key).checkpoint.size == LAST + 3 + 2 * EVENTS


def test_the_former_key_signs_for_ninety_days_and_is_told_when_they_are_over(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = Signer("yanlu.shili.example/log", b"f" * 32)
    office = _settings(portal, f'former_log_key = "{former.key.vkey}"')
    log, day = read_log(office.data), date(2026, 12, 1)
    monkeypatch.delenv("YANLU_FORMER_LOG_KEY_FILE", raising=False)
    with pytest.raises(SettingsError, match="YANLU_FORMER_LOG_KEY_FILE"):
        former_signer(office, log, day)
    path = tmp_path / "former.key"
    path.write_text((b"f" * 32).hex(), "ascii")
    path.chmod(0o600)
    monkeypatch.setenv("YANLU_FORMER_LOG_KEY_FILE", str(path))
    assert former_signer(office, log, day) == former
    done = run_yanlu(office.folder, "receipts", "seal")
    assert done.returncode == 0, done.stderr
    log = read_log(office.data)
    [note] = log.notes.values()
    assert note.signers([former.key]) == [former.key]
    begun = log.days[0].day
    assert former_signer(office, log, begun + OVERLAP - timedelta(days=1)) == former
    with pytest.raises(SettingsError, match="已经满 90 天"):
        former_signer(office, log, begun + OVERLAP)
