"""`yanlu receipts`: the key stays outside, a day is sealed once, whoever looks is told."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import ROOT, commit_all, run_yanlu, snapshot
from doubles.sealed import FIRST, chance, event
from intake.arrivals import arrival
from yanlu.cli.check import check_portal
from yanlu.cli.passed import office_day as commit_day
from yanlu.cli.review import office_day
from yanlu.errors import LogError, SettingsError
from yanlu.intake.store.database import opened
from yanlu.intake.store.events import unpacked
from yanlu.intake.store.records import First
from yanlu.intake.store.writer import commit
from yanlu.receipts.lines import read_line
from yanlu.receipts.log import read_log
from yanlu.receipts.notes import Signer
from yanlu.receipts.office import intake_key, key_file, log_signer, promiser
from yanlu.receipts.policies import Policy
from yanlu.receipts.sealing import Order, seal
from yanlu.receipts.serving import site_files
from yanlu.settings import Portal, open_portal
from yanlu.website.published import published

LATER = FIRST + timedelta(days=1)
SEED = "5e" * 32
NAME = "office.example/log"
VKEY = Signer(NAME, bytes.fromhex(SEED)).key.vkey


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "log.key"
    path.parent.mkdir()
    path.write_text(SEED + "\n", "ascii")
    path.chmod(0o600)
    return path


@pytest.fixture
def office(portal: Portal) -> Portal:
    """An office whose key is not public."""
    path = portal.data / "office.toml"
    lines = [
        f'log_key = "{VKEY}"' if line.startswith("log_key") else line
        for line in path.read_text("utf-8").splitlines()
        if not line.startswith("public_test_log_key")
    ]
    path.write_text("\n".join(lines), "utf-8")
    return open_portal(portal.folder)


def test_an_office_seals_with_a_key_of_its_own_and_anybody_verifies(
    office: Portal, key: Path, tmp_path: Path
) -> None:
    named = {"YANLU_LOG_KEY_FILE": str(key)}
    shown = run_yanlu(office.folder, "receipts", "key", NAME, **named)
    assert shown.stdout == f"{VKEY}\n"
    lines = [str(event(number)) for number in range(3)]
    (tmp_path / "events").write_text("\n".join(lines), "ascii")
    sealing = ("receipts", "seal", "--events", str(tmp_path / "events"))
    done = run_yanlu(office.folder, *sealing, **named)
    assert done.returncode == 0, done.stderr
    assert "已封存 1 天，公开记录共 27 行" in done.stdout
    assert set(lines) <= {entry.decode() for entry in read_log(office.data).entries}
    assert (key.parent / "log.key.signed").is_file()
    before = snapshot(office.data)
    assert "今天的一批已经封存" in run_yanlu(office.folder, *sealing, **named).stdout
    assert snapshot(office.data) == before

    signer, _ = log_signer_of(office, key)
    served = tmp_path / "served"
    for place, content in site_files(read_log(office.data), Policy([signer.key])):
        (served / place).parent.mkdir(parents=True, exist_ok=True)
        (served / place).write_bytes(content)
    shutil.copy(served / "checkpoint", tmp_path / "kept")
    kept = ("--old", str(tmp_path / "kept"))
    whole = run_yanlu(tmp_path, "receipts", "verify", str(served), "--key", VKEY, *kept)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert f"核对通过：{NAME}，27 行" in whole.stdout
    bare = run_yanlu(tmp_path, "receipts", "verify", str(served))
    assert bare.returncode == 0
    assert f"从别处核对这把公钥：{VKEY}" in bare.stderr
    assert "看不出给您看的是不是旧的" in bare.stderr
    (served / "tile/0/000.p/27").write_bytes(b"")
    broken = run_yanlu(tmp_path, "receipts", "verify", str(served), "--key", VKEY)
    assert (broken.returncode, broken.stdout) == (12, "")
    assert "tile/0/000.p/27 不完整" in broken.stderr


def test_check_reminds_of_a_log_that_is_sealed_no_more(office: Portal, key: Path) -> None:
    """Of the day of the commit: within the three days of the promise there is nothing to say."""
    signer, journal = log_signer_of(office, key)
    commit_all(office.folder)
    day = commit_day(office.folder) - timedelta(days=4)
    seal(office.data, signer, Order(day, 24, published(office.data)), chance(1), journal)
    commit_all(office.folder)
    told = check_portal(office)
    assert told.faults == []
    assert [note for note in told.notes if f"公开记录只封存到 {day}" in note]
    day += timedelta(days=1)
    seal(office.data, signer, Order(day, 24, published(office.data)), chance(2), journal)
    commit_all(office.folder)
    assert [note for note in check_portal(office).notes if "公开记录" in note] == []


def log_signer_of(portal: Portal, key: Path) -> tuple[Signer, Path | None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YANLU_LOG_KEY_FILE", str(key))
        return log_signer(portal)


def test_a_key_that_others_can_reach_does_not_sign(
    office: Portal, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YANLU_LOG_KEY_FILE", raising=False)
    with pytest.raises(SettingsError, match="YANLU_LOG_KEY_FILE"):
        log_signer(office)
    key.chmod(0o640)
    monkeypatch.setenv("YANLU_LOG_KEY_FILE", str(key))
    with pytest.raises(SettingsError, match="chmod 600"):
        key_file()
    key.chmod(0o600)
    (key.parent / ".git").mkdir()
    with pytest.raises(SettingsError, match="放在了仓库里"):
        key_file()


def test_a_key_that_is_not_the_offices_does_not_sign(office: Portal, key: Path) -> None:
    key.write_text("00" * 32, "ascii")
    with pytest.raises(SettingsError, match="不是一对") as refusal:
        log_signer_of(office, key)
    assert "00" * 32 not in str(refusal.value)


def test_only_the_reference_office_may_publish_the_key_of_its_log(portal: Portal) -> None:
    assert log_signer(portal)[1] is None
    path = portal.data / "office.toml"
    text = path.read_text("utf-8").replace("reference = true", "reference = false")
    for name in ("public_test_key", "public_test_identity"):
        text = "\n".join(line for line in text.splitlines() if not line.startswith(name))
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="public_test_log_key"):
        open_portal(portal.folder)


def test_a_package_that_is_not_committed_or_not_as_sealed_is_not_sealed(portal: Portal) -> None:
    shutil.copytree(ROOT / "data" / "statistics", portal.data / "statistics")
    commit_all(portal.folder)
    path = portal.data / "statistics/2015-02/v1/datapackage.json"
    content = path.read_bytes()
    path.write_bytes(content + b"\n")
    done = run_yanlu(portal.folder, "receipts", "seal")
    assert done.returncode == 10
    assert "数据包有没提交的改动" in done.stderr
    path.write_bytes(content)
    signer, _ = log_signer(portal)
    seal(portal.data, signer, Order(FIRST, 24, published(portal.data)), chance(1), None)
    path.write_bytes(content + b"\n")
    with pytest.raises(LogError, match="登记的不同"):
        seal(portal.data, signer, Order(LATER, 24, published(portal.data)), chance(2), None)


def test_what_is_no_event_line_is_not_sealed(portal: Portal, tmp_path: Path) -> None:
    (tmp_path / "events").write_text(f"{event(1)}\nbatch/1 2026-11-29 events:1 public:0\n", "ascii")
    done = run_yanlu(portal.folder, "receipts", "seal", "--events", str(tmp_path / "events"))
    assert done.returncode == 10
    assert "events 第 2 行不是事件行" in done.stderr
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    (tmp_path / "events").rename(tmp_path / "clone" / "events")
    done = run_yanlu(portal.folder, "receipts", "seal", "--events", f"{tmp_path}/clone/events")
    assert "放在了仓库里" in done.stderr
    assert not (portal.data / "log").exists()


def test_the_intake_hands_on_what_waits_and_the_sealer_tells_what_does_not_fit(
    portal: Portal, tmp_path: Path
) -> None:
    """Oldest day first; of what the log has nothing is handed on again; who waits is counted."""
    store, out = tmp_path / "store", tmp_path / "events"
    day = office_day() - timedelta(days=9)
    firsts = [
        First(str(day + timedelta(days=n // 20)), "{}", chance(n)(48)) for n in range(40)
    ]  # fmt: skip
    with opened(store) as held:
        commit(held, [arrival(first=first) for first in firsts], 0)
    at = ("--out", str(out), "--store", str(store))
    done = run_yanlu(portal.folder, "receipts", "events", *at)
    assert done.returncode == 0, done.stderr
    assert "有 40 行过了承诺的 3 天还没有封存" in done.stdout
    written = [read_line(line) for line in out.read_text("ascii").splitlines()]
    by_day = [sorted(packed_line(f) for f in half) for half in (firsts[:20], firsts[20:])]
    assert [str(line) for line in written] == [*by_day[0], *by_day[1]]
    assert out.stat().st_mode & 0o777 == 0o600
    done = run_yanlu(portal.folder, "receipts", "seal", "--events", str(out))
    assert "有 16 行等下一天" in done.stdout, done.stderr
    kinds = [entry.split()[0] for entry in read_log(portal.data).entries]
    assert kinds == [b"batch/1", b"key/1", b"key/1"] + [b"event/1"] * 24
    done = run_yanlu(portal.folder, "receipts", "events", *at)
    assert "有 16 行过了" in done.stdout
    assert out.read_text("ascii").splitlines() == [str(line) for line in written[24:]]


def packed_line(first: First) -> str:
    return str(unpacked(first.line))


def test_the_file_of_what_waits_is_not_written_into_a_repository(
    portal: Portal, tmp_path: Path
) -> None:
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    at = ("--out", f"{tmp_path}/clone/events", "--store", str(tmp_path / "store"))
    done = run_yanlu(portal.folder, "receipts", "events", *at)
    assert done.returncode == 10
    assert "不能写在仓库里" in done.stderr
    assert not (tmp_path / "clone" / "events").exists()


def test_the_key_of_promises_is_one_of_its_own(
    portal: Portal, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert promiser(portal).key == intake_key(portal)  # the reference office gives it away
    path, text = portal.data / "office.toml", (portal.data / "office.toml").read_text("utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("public_test_intake_key")]
    vkey = Signer("office.example/intake", bytes.fromhex(SEED)).key.vkey
    own = [f'intake_key = "{vkey}"' if line.startswith("intake_key") else line for line in kept]
    path.write_text("\n".join(own), "utf-8")
    office = open_portal(portal.folder)
    monkeypatch.delenv("YANLU_INTAKE_KEY_FILE", raising=False)
    with pytest.raises(SettingsError, match="YANLU_INTAKE_KEY_FILE"):
        promiser(office)
    monkeypatch.setenv("YANLU_INTAKE_KEY_FILE", str(key))
    assert promiser(office).key.vkey == vkey
    for wrong in (VKEY, open_portal(portal.folder).settings.receipts.log_key):
        path.write_text("\n".join(own).replace(vkey, wrong), "utf-8")
        with pytest.raises(SettingsError, match="名字要以 /intake 结尾"):
            intake_key(open_portal(portal.folder))
