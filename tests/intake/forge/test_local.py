"""Local git as a forge: offline, beside whatever staff are doing, and whatever git is told."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import snapshot
from doubles.office import FILES, commit, frozen, git, write
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.forge.port import BaseGone, Batch, Published, Rejected, Retry

NEW = "data/suggestions/2026/q7w2.md"


@pytest.fixture
def forge(office: Path) -> LocalGitForge:
    return LocalGitForge(office, "main")


@pytest.fixture
def published(forge: LocalGitForge, batch: Batch) -> Published:
    return forge.publish(batch)


def _state(forge: LocalGitForge, published: Published) -> tuple[str, bool]:
    status = forge.status(published)
    return status.state, status.edited


def test_a_batch_is_one_commit_on_its_base_by_the_bot_alone(
    office: Path, batch: Batch, published: Published
) -> None:
    shown = git(office, "log", "-1", "--format=%P %an %ae %cn %at %ct %B", published.branch)
    bot = "Yanlu intake intake@yanlu.invalid Yanlu intake"
    assert shown == f"{batch.base} {bot} {batch.stamp} {batch.stamp} {batch.message}"
    changed = git(office, "diff", "--name-only", batch.base, published.commit).split()
    assert changed == sorted(FILES)
    assert published == Published(
        "inbox/2026-w48-a", git(office, "rev-parse", published.branch), ""
    )


def test_publishing_again_makes_nothing_new(
    office: Path, forge: LocalGitForge, batch: Batch, published: Published
) -> None:
    write(office, "data/office.toml", "reference = false\n")
    commit(office, "main has moved")
    assert forge.publish(batch) == published
    assert git(office, "branch", "--list", "inbox/*").split() == [published.branch]


def test_a_bare_repository_makes_the_same_commit(
    office: Path, batch: Batch, published: Published, tmp_path: Path
) -> None:
    git(
        tmp_path,
        "clone",
        "-q",
        "--bare",
        "--branch",
        "main",
        "--single-branch",
        str(office),
        "bare",
    )
    assert LocalGitForge(tmp_path / "bare", "main").publish(batch) == published


def test_what_staff_have_open_is_left_as_it_is(
    office: Path, forge: LocalGitForge, batch: Batch
) -> None:
    git(office, "config", "core.splitIndex", "true")
    write(office, "data/office.toml", "half written")
    write(office, "data/new.md", "staged")
    git(office, "add", "data/new.md")
    before = snapshot(office)
    forge.publish(batch)
    after = snapshot(office)
    new = {name for name in after if after[name] != before.get(name)}
    assert all(name.startswith((".git/objects/", ".git/refs/heads/inbox/")) for name in new)
    assert git(office, "status", "--porcelain").splitlines() == [
        "A  data/new.md",
        " M data/office.toml",
    ]


def _hook(folder: Path, trap: Path) -> Path:
    """Hooks and a program that leave a trace, and refuse what they are asked."""
    folder.mkdir()
    for name in ("reference-transaction", "post-commit", "pre-commit"):
        path = folder / name
        path.write_text(f"#!/bin/sh\ntouch {trap}\nexit 1\n")
        path.chmod(0o755)
    return path


def test_no_setting_hook_filter_or_variable_changes_the_commit(
    office: Path, forge: LocalGitForge, published: Published, batch: Batch,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    git(office, "branch", "-D", published.branch)
    empty = git(office, "commit-tree", "-m", "empty", git(office, "mktree", "--missing"))
    git(office, "replace", batch.base, empty)
    trap = tmp_path / "trap"
    hook = _hook(tmp_path / "hooks", trap)
    shutil.copytree(hook.parent, office / ".git" / "hooks", dirs_exist_ok=True)
    settings = (
        f"[core]\nhooksPath={hook.parent}\nautocrlf=true\nfsmonitor={hook}\nsparseCheckout=true\n"
        f"[commit]\ngpgSign=true\n[gpg]\nprogram={hook}\n[i18n]\ncommitEncoding=GBK\n"
        f'[filter "trap"]\nclean={hook}\n'
    )
    (tmp_path / ".gitconfig").write_text(settings + "no setting at all")
    with (office / ".git" / "config").open("a") as config:
        config.write(settings)
    write(office, ".git/info/attributes", "* text filter=trap working-tree-encoding=UTF-16\n")
    hostile = {
        "HOME": str(tmp_path), "GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/nowhere",
        "GIT_INDEX_FILE": "/nowhere", "GIT_OBJECT_DIRECTORY": "/nowhere",
        "GIT_AUTHOR_NAME": "张三", "GIT_COMMITTER_DATE": "0 +0800",
    }  # fmt: skip
    with monkeypatch.context() as patch:
        for name, value in hostile.items():
            patch.setenv(name, value)
        assert forge.publish(batch) == published
    assert git(office, "rev-parse", published.branch) == published.commit
    assert not trap.exists()


def test_what_a_partial_clone_lacks_is_not_fetched(
    office: Path, forge: LocalGitForge, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    with (office / ".git" / "config").open("a") as config:
        config.write(
            "[core]\nrepositoryFormatVersion=1\n[extensions]\npartialClone=origin\n"
            f'[remote "origin"]\npromisor=true\nurl=ext::touch {trap}\n'
            '[protocol "ext"]\nallow=always\n'
        )
    # git finds nothing, or dies of what it may not start: whichever of the two is faster
    with pytest.raises((BaseGone, Retry)):
        forge.publish(frozen("f" * 40))
    assert not trap.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_account_is_used(
    office: Path, forge: LocalGitForge, batch: Batch
) -> None:
    for path in (office, *office.rglob("*")):
        os.chown(path, 65534, 65534)
    published = forge.publish(batch)
    assert _state(forge, published) == ("open", False)


def test_a_portal_in_a_folder_of_a_larger_repository_has_its_files_there(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, "portal/data/suggestions/old.md", "old")
    forge = LocalGitForge(tmp_path / "portal", "main")
    published = forge.publish(frozen(commit(tmp_path)))
    changed = git(tmp_path, "diff", "--name-only", "main", published.commit).split()
    assert changed == [f"portal/{path}" for path in sorted(FILES)]
    assert set(forge.listing(published.commit, "data/suggestions")) == {
        "data/suggestions/old.md", *FILES
    }  # fmt: skip
    git(tmp_path, "merge", "-q", "--squash", published.branch)
    commit(tmp_path)
    assert _state(forge, published) == ("merged", False)


def test_a_plain_merge_publishes(office: Path, forge: LocalGitForge, published: Published) -> None:
    assert _state(forge, published) == ("open", False)
    git(office, "merge", "-q", "--no-edit", published.branch)
    assert (office / NEW).is_file()
    assert _state(forge, published) == ("merged", False)
    git(office, "branch", "-q", "-d", published.branch)
    assert _state(forge, published) == ("merged", False)


def test_staff_may_add_to_a_proposal_before_they_merge_it(
    office: Path, forge: LocalGitForge, batch: Batch, published: Published
) -> None:
    git(office, "checkout", "-q", published.branch)
    write(office, NEW, "edited by staff\n")
    theirs = commit(office)
    assert forge.status(published).head == theirs
    assert _state(forge, published) == ("open", True)
    assert forge.publish(batch) == published
    assert git(office, "rev-parse", published.branch) == theirs
    git(office, "checkout", "-q", "main")
    git(office, "merge", "-q", "--no-edit", published.branch)
    assert _state(forge, published) == ("merged", True)


def test_a_proposal_that_staff_rewrote_is_theirs_and_counts_when_merged(
    office: Path, forge: LocalGitForge, published: Published
) -> None:
    git(office, "checkout", "-q", published.branch)
    git(office, "mv", NEW, "data/suggestions/2026/renamed.md")
    git(office, "rm", "-q", "data/suggestions/2026/x3k9.md")
    git(office, "commit", "-q", "--amend", "-m", "rewritten")
    assert _state(forge, published) == ("open", True)
    git(office, "checkout", "-q", "main")
    git(office, "merge", "-q", "--no-edit", published.branch)
    assert _state(forge, published) == ("merged", True)


def test_a_branch_moved_back_to_its_base_is_edited_and_not_merged(
    office: Path, forge: LocalGitForge, batch: Batch, published: Published
) -> None:
    git(office, "branch", "-f", published.branch, batch.base)
    assert _state(forge, published) == ("open", True)


@pytest.mark.parametrize("way", ["merge --squash", "cherry-pick -n", "rebased"])
def test_files_that_came_to_main_by_another_commit_are_merged(
    office: Path, forge: LocalGitForge, published: Published, way: str
) -> None:
    write(office, "data/other.md", "other")
    commit(office)
    if way == "rebased":
        git(office, "rebase", "-q", "main", published.branch)
        git(office, "checkout", "-q", "main")
        git(office, "merge", "-q", published.branch)
    else:
        git(office, *way.split(), published.branch)
        write(office, NEW, "edited by staff\n")
        commit(office)
    git(office, "branch", "-D", published.branch)
    assert _state(forge, published) == ("merged", False)


def test_a_change_of_a_file_counts_as_merged_when_main_has_its_content(
    office: Path, forge: LocalGitForge, batch: Batch
) -> None:
    path = "data/suggestions/2025/old.md"
    published = forge.publish(frozen(batch.base, files={path: b"replied\n"}))
    write(office, path, "changed by staff\n")
    commit(office)
    assert _state(forge, published) == ("open", False)
    write(office, path, "replied\n")
    commit(office)
    assert _state(forge, published) == ("merged", False)


def test_a_branch_that_was_deleted_is_missing(
    office: Path, forge: LocalGitForge, published: Published
) -> None:
    git(office, "branch", "-q", "-D", published.branch)
    assert _state(forge, published) == ("missing", False)
    assert forge.status(published).head is None


def test_a_batch_that_was_merged_and_deleted_unseen_is_not_proposed_again(
    office: Path, forge: LocalGitForge, batch: Batch, published: Published
) -> None:
    git(office, "merge", "-q", "--no-ff", "--no-edit", published.branch)
    git(office, "branch", "-q", "-D", published.branch)
    assert forge.publish(batch) == published
    assert git(office, "branch", "--list", "inbox/*") == ""


def test_a_branch_is_found_by_the_batch(forge: LocalGitForge, published: Published) -> None:
    assert forge.find("2026-w48-a") == published
    assert forge.find("2026-w48") is None


def test_a_branch_below_the_name_is_another_branch(office: Path, forge: LocalGitForge) -> None:
    git(office, "branch", "inbox/2026-w48-a/edited")
    assert forge.find("2026-w48-a") is None


def test_a_rewritten_main_branch_refuses_what_stood_on_the_old_one(
    office: Path, forge: LocalGitForge, batch: Batch
) -> None:
    assert forge.holds(batch.base)
    git(office, "checkout", "-q", "--orphan", "fresh")
    commit(office, "history purged")
    git(office, "branch", "-M", "fresh", "main")
    assert not forge.holds(batch.base)
    with pytest.raises(BaseGone, match="请重新成批"):
        forge.publish(batch)
    with pytest.raises(BaseGone):
        forge.publish(frozen("f" * 40))
    assert git(office, "branch", "--list", "inbox/*") == ""


def test_files_of_a_commit_are_listed_and_read(
    forge: LocalGitForge, batch: Batch, published: Published
) -> None:
    names = forge.listing(published.commit, "data/suggestions/2026")
    contents = forge.contents(names.values())
    assert {path: contents[name] for path, name in names.items()} == FILES
    assert forge.listing(batch.base, "data/suggestions/2026") == {}
    assert forge.contents([]) == {}


def test_equal_contents_have_one_name(forge: LocalGitForge, batch: Batch) -> None:
    files = {"data/a.md": b"same\n", "data/b.md": b"same\n"}
    published = forge.publish(frozen(batch.base, files=files))
    names = forge.listing(published.commit, "data")
    assert names["data/a.md"] == names["data/b.md"]
    assert forge.contents(set(names.values()))[names["data/a.md"]] == b"same\n"


PARTS = st.text("ab中文.-_", min_size=1, max_size=6).filter(lambda part: part not in (".", ".."))
PATHS = st.lists(PARTS, min_size=1, max_size=3).map(lambda parts: "data/x/" + "/".join(parts))


def _clear(files: dict[str, bytes]) -> bool:
    """Whether no path is a folder of another, on a disk that may not tell case apart."""
    return not any(other.startswith(f"{path}/") for path in files for other in files)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.dictionaries(PATHS, st.binary(max_size=60), min_size=1, max_size=4).filter(_clear))
def test_any_content_is_kept_byte_for_byte(
    forge: LocalGitForge, batch: Batch, files: dict[str, bytes]
) -> None:
    published = forge.publish(frozen(batch.base, "any", files=files))
    base = forge.listing(batch.base, "data")
    names = forge.listing(published.commit, "data")
    git(forge._folder, "branch", "-q", "-D", "inbox/any")  # noqa: SLF001
    assert {
        path: forge.contents([name])[name] for path, name in names.items() - base.items()
    } == files


def test_a_name_in_the_way_is_told_and_nothing_is_lost(
    office: Path, forge: LocalGitForge, batch: Batch
) -> None:
    git(office, "branch", "inbox")
    with pytest.raises(Retry) as refused:
        forge.publish(batch)
    assert refused.value.after > 0


def test_a_folder_without_git_is_a_forge_that_is_down(tmp_path: Path, batch: Batch) -> None:
    with pytest.raises(Retry, match="不是 git 仓库"):
        LocalGitForge(tmp_path, "main").publish(batch)


def test_a_branch_that_is_not_there_is_named(forge: LocalGitForge, office: Path) -> None:
    assert forge.head("main") == git(office, "rev-parse", "main")
    with pytest.raises(Rejected, match="没有分支 trunk"):
        forge.head("trunk")


def test_local_git_has_no_readers_to_keep_out(forge: LocalGitForge) -> None:
    health = forge.health()
    assert (health.private, health.host, health.skew) == (None, "local", 0)


def test_annotating_changes_nothing(
    office: Path, forge: LocalGitForge, published: Published
) -> None:
    before = snapshot(office)
    forge.annotate(published.review, ["待审看"], "请审看。")
    assert snapshot(office) == before
