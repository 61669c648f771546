"""Settings: complete, known, and the key never inside the repository."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from yanlu.errors import SettingsError
from yanlu.settings import Portal, open_portal, read_codes, read_key, settings_faults


def _edited(portal: Portal, old: str, new: str) -> Path:
    path = portal.data / "office.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return portal.folder


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[forge]", "[forge]\nunknown = 1"),
        ('host = "local"', 'host = ""'),
        ("base = 5", "base = 2"),
        ('value = "0000000000（示例）"', 'value = ""'),
        ("https://yanlu.shili.example/", "https://yanlu.shili.example"),
        ("[licence]", "[licence"),
        ("contact_days = 90", "contact_days = 0"),
        ("batch_least = 1", "batch_least = 1\nbatch_weekday = 7"),
        ("text_days = 180", ""),
    ],
    ids=[
        "unknown",
        "empty",
        "base too small",
        "empty footer",
        "no slash",
        "not TOML",
        "no day",
        "an eighth weekday",
        "missing",
    ],
)
def test_a_wrong_setting_is_refused_by_name(portal: Portal, old: str, new: str) -> None:
    with pytest.raises(SettingsError, match=r"office\.toml"):
        open_portal(_edited(portal, old, new))


def test_a_footer_without_identifiers_is_refused(portal: Portal) -> None:
    path = portal.data / "office.toml"
    head, _, tail = path.read_text("utf-8").partition("identifiers = [")
    path.write_text(f"{head}identifiers = []{tail.partition(']')[2]}", "utf-8")
    with pytest.raises(SettingsError, match="identifiers"):
        open_portal(portal.folder)


def test_only_the_reference_office_may_publish_its_key(portal: Portal) -> None:
    with pytest.raises(SettingsError, match="public_test_key"):
        open_portal(_edited(portal, "reference = true", "reference = false"))


def test_only_the_reference_office_may_give_away_its_private_key(portal: Portal) -> None:
    path = portal.data / "office.toml"
    lines = path.read_text("utf-8").replace("reference = true", "reference = false").splitlines()
    path.write_text("\n".join(ln for ln in lines if "public_test_key" not in ln), "utf-8")
    with pytest.raises(SettingsError, match="public_test_identity"):
        open_portal(portal.folder)


@pytest.fixture
def office(portal: Portal) -> Portal:
    """An office that keeps its key to itself."""
    lines = (portal.data / "office.toml").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("public_test_")]
    text = "\n".join(kept).replace("reference = true", "reference = false")
    (portal.data / "office.toml").write_text(text, "utf-8")
    return open_portal(portal.folder)


def test_a_missing_key_says_where_it_is_and_warns_of_another(
    office: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YANLU_KEY_FILE", raising=False)
    with pytest.raises(SettingsError, match=r"export YANLU_KEY_FILE=.*不要另做一把"):
        read_key(office)


def test_a_key_inside_the_repository_is_refused(
    office: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = office.folder / "key"
    inside.write_text("ab" * 32)
    monkeypatch.setenv("YANLU_KEY_FILE", str(inside))
    with pytest.raises(SettingsError, match="仓库里"):
        read_key(office)


def test_a_malformed_key_is_refused_without_being_shown(
    office: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("not a key")
    monkeypatch.setenv("YANLU_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(SettingsError) as refusal:
        read_key(office)
    assert "not a key" not in str(refusal.value)


def test_a_good_key_is_read(
    office: Portal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("ab" * 32 + "\n")
    monkeypatch.setenv("YANLU_KEY_FILE", str(tmp_path / "key"))
    assert read_key(office) == bytes.fromhex("ab" * 32)


def test_a_folder_without_a_portal_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"office\.toml"):
        open_portal(tmp_path)


def test_the_reference_office_takes_any_day_and_a_real_one_may_name_a_weekday(
    portal: Portal,
) -> None:
    assert portal.settings.intake.batch_weekday is None
    named = _edited(portal, "batch_least = 1", "batch_least = 5\nbatch_weekday = 2")
    intake = open_portal(named).settings.intake
    assert (intake.batch_weekday, intake.batch_least) == (2, 5)


def test_a_code_is_in_force_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    path = tmp_path / "topics.csv"
    path.write_text("code,name,valid_from,valid_to\na,甲,2026-01-02,2026-02-03\nb,乙,,\n", "utf-8")
    codes = read_codes(path)
    days = ("2026-01-01", "2026-01-02", "2026-02-03", "2026-02-04")
    in_force = [codes.in_force(date.fromisoformat(day)) for day in days]
    assert in_force == [("b",), ("a", "b"), ("a", "b"), ("b",)]


def test_settings_that_name_unknown_codes_are_found(portal: Portal) -> None:
    assert settings_faults(portal) == []
    text = (portal.data / "office.toml").read_text("utf-8")
    changed = text.replace('"shili"', '"nowhere"').replace('"national"', '"none"')
    (portal.data / "office.toml").write_text(changed, "utf-8")
    said = "".join(settings_faults(open_portal(portal.folder)))
    assert "office.region" in said
    assert "deadlines.profile" in said
