"""What the small verbs do not load: a text is masked without a web server."""

from __future__ import annotations

import subprocess
import sys

import pytest

NOT_NEEDED = frozenset(
    {
        "altcha", "argon2", "duckdb", "frictionless", "github3", "granian", "ibis", "jinja2",
        "mkdocs", "numpy", "pelican", "requests", "scipy", "starlette",
    }
)  # fmt: skip
ASKED = """
import sys
from yanlu.cli.main import yanlu
yanlu(sys.argv[1:], standalone_mode=False)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def _loaded(*arguments: str, given: str = "") -> set[str]:
    """The packages that are there when a command has done its work."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_masking_a_text_loads_the_word_lists_and_the_dictionary_alone() -> None:
    loaded = _loaded("intake", "redact", given="我叫张伟，电话13800004567")
    assert "rjieba" in loaded
    assert loaded & {*NOT_NEEDED, "apsw", "cryptography", "msgspec", "pyrage"} == set()


@pytest.mark.parametrize("verb", [("review",), ("intake", "add"), ("intake", "counts")])
def test_reviewing_and_entering_by_hand_load_no_web_server_and_no_forge(
    verb: tuple[str, ...],
) -> None:
    loaded = _loaded(*verb, "--help")
    assert "apsw" in loaded
    assert loaded & NOT_NEEDED == set()
