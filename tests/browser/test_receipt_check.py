"""The browser's own check of a receipt agrees with every vector, and says what is wrong."""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.console import complaints
from conftest import ROOT
from doubles.site_door import hosted
from yanlu.receipts.codes import event_key, write_code
from yanlu.receipts.commitments import committed_words, event_line
from yanlu.receipts.lines import KeyLine, ReleaseLine
from yanlu.receipts.log import read_log
from yanlu.receipts.notes import Signer
from yanlu.receipts.policies import Policy
from yanlu.receipts.promises import Promiser
from yanlu.receipts.sealing import Order, seal
from yanlu.receipts.serving import listed

THEME = ROOT / "theme"
SCRIPTS = THEME / "assets" / "js"
VECTORS = ROOT / "tests" / "vectors" / "receipts"
LOG = VECTORS / "log"
KEYS = json.loads((VECTORS / "keys.json").read_text("utf-8"))
ENTRIES = [line.split("\t")[1] for line in (LOG / "entries.txt").read_text("utf-8").splitlines()]
# What the scripts are told when a browser has no Ed25519: that of all before 2025.
OLD = """
const own = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (form, key, kind, ...rest) => kind === "Ed25519"
  ? Promise.reject(new DOMException("", "NotSupportedError")) : own(form, key, kind, ...rest);
"""
Given = dict[str, Any]
CALL = """async ([module, name, ...given]) => {
  try { return await (await import(module))[name](...given); }
  catch (error) { return "refused: " + error.message; }
}"""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The scripts, served."""
    folder = tmp_path_factory.mktemp("scripts")
    shutil.copytree(SCRIPTS, folder / "js")
    (folder / "index.html").write_text("<!doctype html><title>.</title>", "utf-8")
    with hosted(folder, "/") as address:
        yield address


@pytest.fixture(scope="module", params=["own", "spare"])
def window(request: pytest.FixtureRequest, browser: Browser, origin: str) -> Iterator[Page]:
    """A page with Ed25519 of the browser's own, and one that needs the spare."""
    context = browser.new_context()
    page = context.new_page()
    if request.param == "spare":
        page.add_init_script(OLD)
    page.goto(origin)
    yield page
    context.close()


def _call(page: Page, module: str, name: str, *given: Any) -> Any:
    return page.evaluate(CALL, [f"/js/receipt/{module}.js", name, *given])


def _receipt(number: int) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((VECTORS / f"receipt-{number}.json").read_text("utf-8"))
    promise = (VECTORS / f"receipt-{number}" / "promise.note").read_text("utf-8")
    messages = [event["message"] for event in held["events"]]
    shown = {"v": "1", "origin": "portal.example/log", "messages": messages, "promise": promise}
    return {"code": held["code"], "shown": shown}


def _checked(page: Page, given: dict[str, Any], **other: str) -> list[list[Any]]:
    whole = {
        "checkpoint": (LOG / "checkpoint").read_text("utf-8"),
        "entries": (LOG / "entries.txt").read_text("utf-8"),
        "keys": {
            "policy": (LOG / "policy.txt").read_text("utf-8"),
            "intake": KEYS["intake"]["vkey"],
        },
        "today": "2026-11-29",
        "spare": "/js/vendor/noble-ed25519.js",
    }
    told: list[list[Any]] = _call(page, "receipt", "checkReceipt", whole | given | other)
    return told


@pytest.mark.parametrize("number", [1, 2])
def test_a_true_receipt_is_found_event_by_event(window: Page, number: int) -> None:
    given = _receipt(number)
    events = [["found", at] for at in range(len(given["shown"]["messages"]))]
    facts = [["promised", "2026-11-26"], ["sealed", 50], ["witnesses", 1]]
    assert _checked(window, given)[:1] == facts[:1]
    assert _checked(window, given)[1:] == [*facts[1:], *events, ["good"]]


def _again(date: str) -> Callable[[Given], None]:
    def change(given: Given) -> None:
        messages = given["shown"]["messages"]
        messages.append(messages[-1] | {"date": date})

    return change


def _other(what: str, text: str) -> Callable[[Given], None]:
    return lambda given: given.update({what: text})


def _later_promise(given: Given) -> None:
    given["shown"]["promise"] = given["shown"]["promise"].replace("2026-11-26", "2027-11-26")


LINES = (LOG / "entries.txt").read_text("utf-8")
BAD = VECTORS / "bad"
# The checkpoint as the log signed it, before any witness did.
ALONE = "".join((LOG / "checkpoint").read_text("utf-8").splitlines(keepends=True)[:-1])
# One change of a true receipt or of its log, by the word that is said of it; then the verdict.
CHANGES: dict[str, tuple[Callable[[Given], None], str]] = {
    "altered": (lambda given: given["shown"]["messages"][1].update(date="2026-11-25"), "bad"),
    "hidden": (lambda given: given["shown"]["messages"].pop(), "bad"),
    "missing": (_again("2026-11-24"), "bad"),
    "waiting": (_again("2026-11-28"), "wait"),
    "ahead": (_again("2026-12-02"), "bad"),
    "lost": (lambda given: given["shown"]["messages"][1].clear(), "partly"),
    "reworded": (lambda given: given["shown"].update(words={"0": {"title": "x"}}), "bad"),
    "promise": (_later_promise, "bad"),
    "promised-other": (lambda given: given["shown"]["messages"][0].update(title="另一份"), "bad"),
    "root": (_other("entries", LINES.replace(ENTRIES[5], ENTRIES[6])), "bad"),
    "short": (_other("entries", LINES[: len(LINES) // 2]), "bad"),
    "signature": (_other("checkpoint", (BAD / "checkpoint-wrong-key").read_text("utf-8")), "bad"),
    "form": (_other("checkpoint", (BAD / "checkpoint-leading-zero").read_text("utf-8")), "bad"),
    "quorum": (_other("checkpoint", ALONE), "bad"),
    "code": (lambda given: given.update(code=given["code"].replace("T", "V", 1)), "again"),
    "file": (lambda given: given["shown"]["messages"].clear(), "again"),
}
ODD: list[Any] = [None, {"v": "1"}, {"v": "1", "date": "x"}, {"v": "1", "date": "2026-13-01"}]


@pytest.mark.parametrize("message", ODD)
def test_a_receipt_that_is_none_is_told_so(window: Page, message: Any) -> None:
    given = _receipt(1)
    given["shown"]["messages"][1] = message
    assert _checked(window, given) == [["file"], ["again"]]


# What the sealer of a log does, on a log of the tests' own.
OTHER = Signer("office.example/log-2", b"l" * 32)
SECRET, DAY = bytes(range(16)), date(2026, 11, 23)
SAID = {"title": "装灯", "matter": "很暗\n常有人摔", "proposal": "装两盏"}


def _sealed(folder: Path, messages: list[dict[str, str]], promiser: Signer) -> Given:
    """A receipt whose every message but those of another name is sealed, and its log."""
    folder.mkdir()
    lines = [event_line(SECRET, n, one) for n, one in enumerate(messages)]
    here = [line for line, one in zip(lines, messages, strict=True) if one["origin"] == OTHER.name]
    gone, key = ReleaseLine("former-log-1", "1", "a" * 64, 9), KeyLine("intake", promiser.key)
    seal(folder, OTHER, Order(DAY, 8, [gone], here, [key]), random.Random(1).randbytes, None)  # noqa: S311
    log = read_log(folder)
    promise = str(Promiser(promiser, OTHER.name).promise(DAY, lines[0]))
    shown = {"origin": OTHER.name, "messages": messages, "promise": promise}
    entries = listed(log.entries).decode()
    return {
        "code": write_code(SECRET), "shown": shown, "entries": entries, "today": str(DAY),
        "checkpoint": str(log.notes[log.size]),
        "keys": {"policy": str(Policy([OTHER.key])), "intake": KEYS["intake"]["vkey"]},
    }  # fmt: skip


def _said(event: str, **more: str) -> dict[str, str]:
    return {"v": "1", "event": event, "origin": OTHER.name, "date": str(DAY), **more}


def test_a_promise_of_a_key_that_the_log_tells_of_counts_whatever_the_log_is_called(
    window: Page, tmp_path: Path
) -> None:
    """After the intake's key was changed, and after a log was given up and named anew."""
    first = _said("submitted", words=committed_words(event_key(SECRET, 0), SAID))
    given = _sealed(tmp_path / "data", [first], Signer("office.example/intake", b"i" * 32))
    given["shown"] |= {"words": {"0": {**SAID, "matter": "很暗\r\n常有人摔"}}}
    told = _checked(window, given)
    assert ["promised", "2026-11-26"] in told
    assert told[-3:] == [["found", 0], ["words", 1], ["good"]]
    stranger = Signer("office.example/intake", b"x" * 32)
    promise = str(Promiser(stranger, "").promise(DAY, event_line(SECRET, 0, first)))
    given["shown"] |= {"promise": promise}
    assert _checked(window, given) == [["promise"], ["bad"]]


def test_what_stands_in_a_log_that_was_given_up_is_not_called_missing(
    window: Page, tmp_path: Path
) -> None:
    messages = [{**_said("submitted"), "origin": "office.example/log"}, _said("screened")]
    given = _sealed(tmp_path / "data", messages, Signer("office.example/intake", b"i" * 32))
    assert _checked(window, given, today="2026-12-24")[-3:] == [
        ["former", 0], ["found", 1], ["partly"],
    ]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_each_way_to_be_wrong_has_its_own_word(window: Page, change: str) -> None:
    given = _receipt(1)
    alter, verdict = CHANGES[change]
    alter(given)
    *told, last = _checked(window, given)
    assert change in [what for what, *_ in told]
    assert last == [verdict]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("leading-zero", "form"),
        ("no-blank-line", "form"),
        ("root-changed", "signature"),
        ("size-changed", "signature"),
        ("wrong-key", "signature"),
    ],
)
def test_every_bad_checkpoint_is_refused_for_what_is_wrong_with_it(
    window: Page, name: str, reason: str
) -> None:
    given, text = _receipt(1), (VECTORS / "bad" / f"checkpoint-{name}").read_text("utf-8")
    assert _checked(window, given, checkpoint=text)[1:] == [[reason], ["bad"]]


@pytest.mark.parametrize(
    ("rule", "last"),
    [("group G any W1\nquorum G", ["good"]), ("group G 2 W1 W2\nquorum G", ["bad"])],
)
def test_as_many_witnesses_must_have_signed_as_the_policy_says(
    window: Page, rule: str, last: list[str]
) -> None:
    text = (LOG / "policy.txt").read_text("utf-8").replace("quorum W1", rule)
    keys = {"policy": text, "intake": KEYS["intake"]["vkey"]}
    assert _checked(window, _receipt(1) | {"keys": keys})[-1] == last


def test_a_signed_fork_is_not_the_log(window: Page) -> None:
    fork = (VECTORS / "bad" / "fork.checkpoint").read_text("utf-8")
    policy = (LOG / "policy.txt").read_text("utf-8").replace("quorum W1", "quorum none")
    given = _receipt(1) | {"keys": {"policy": policy, "intake": KEYS["intake"]["vkey"]}}
    assert _checked(window, given, checkpoint=fork)[1:] == [["root"], ["bad"]]


def test_an_altered_text_does_not_match_its_line(window: Page) -> None:
    altered = json.loads((VECTORS / "bad" / "altered-body.json").read_text("utf-8"))
    given = _receipt(1)
    given["shown"] |= {"promise": None}
    given["shown"]["messages"][0] = altered.get("message", altered)
    assert ["altered", 0] in _checked(window, given)


def test_roots_of_all_sizes_are_those_of_the_vectors(window: Page) -> None:
    proofs = json.loads((VECTORS / "consistency.json").read_text("utf-8"))
    roots = {proof["size1"]: proof["root1"] for proof in proofs}
    roots |= {proof["size2"]: proof["root2"] for proof in proofs}
    sizes = sorted(roots)
    computed = window.evaluate(
        """async ([entries, sizes]) => {
          const { rootOf } = await import("/js/receipt/log.js");
          return sizes.map((size) => rootOf(entries.slice(0, size)));
        }""",
        [ENTRIES, sizes],
    )
    assert computed == [roots[size] for size in sizes]
    assert len(sizes) == 50


def test_roots_of_a_big_log_are_those_of_the_vectors(window: Page) -> None:
    big = json.loads((VECTORS / "big" / "tree.json").read_text("utf-8"))
    roots = {int(size): root for size, root in big["roots"].items()} | {big["size"]: big["root"]}
    computed = window.evaluate(
        """async (sizes) => {
          const { rootOf } = await import("/js/receipt/log.js");
          const entries = Array.from({ length: Math.max(...sizes) }, (_, at) => `entry ${at}`);
          return sizes.map((size) => rootOf(entries.slice(0, size)));
        }""",
        sorted(roots),
    )
    assert [base64.b64decode(root).hex() for root in computed] == [roots[n] for n in sorted(roots)]


def test_hashes_are_those_of_the_browser_whatever_the_length(window: Page) -> None:
    assert (
        window.evaluate(
            """async () => {
          const { hex, sha256 } = await import("/js/receipt/hash.js");
          for (let length = 0; length < 200; length++) {
            const bytes = crypto.getRandomValues(new Uint8Array(length));
            const own = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
            if (hex(own) !== hex(sha256(bytes))) return length;
          }
          return "same";
        }"""
        )
        == "same"
    )


def test_every_word_that_the_scripts_say_stands_on_the_page() -> None:
    scripts = "".join(p.read_text("utf-8") for p in (SCRIPTS / "receipt").glob("*.js"))
    said = set(re.findall(r'refuse\("([\w-]+)"|\[+"([\w-]+)"[,\]]', scripts))
    words = (THEME / "suggest" / "receipt-check.html").read_text("utf-8")
    named = {one or other for one, other in said} - {"form", "ul", "verify", "shown"}
    assert {name for name in named if f'data-say="{name}"' not in words} == set()


@pytest.fixture(scope="module")
def checking(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the check, of the office whose log and receipts the vectors are."""
    folder = tmp_path_factory.mktemp("checking")
    shutil.copytree(site / "assets", folder / "assets")
    shutil.copytree(LOG, folder / "log")
    keys = {"policy": (LOG / "policy.txt").read_text("utf-8"), "intake": KEYS["intake"]["vkey"]}
    for name in ("index.html", "saved.htm"):
        text = (site / "check" / "receipt" / name).read_text("utf-8")
        for what, key in keys.items():
            text, count = re.subn(rf'(data-{what}=")[^"]*', rf"\g<1>{key}", text)
            assert count == 1
        (folder / "check" / "receipt").mkdir(parents=True, exist_ok=True)
        (folder / "check" / "receipt" / name).write_text(text, "utf-8")
    receipt = _receipt(1)
    (folder / "receipt.json").write_text(json.dumps(receipt["shown"]), "utf-8")
    return folder


def _ask(page: Page, *files: Path) -> str:
    page.get_by_label("回执编号").fill(f" {_receipt(1)['code'].lower()} ")
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="核对").click()
    page.locator("[role=status] p:not([data-say=busy])").wait_for()
    return page.locator("[role=status]").inner_text()


def test_the_saved_page_checks_from_the_disk_and_asks_nobody(
    browser: Browser, checking: Path
) -> None:
    page = browser.new_context(offline=True).new_page()
    asked, said = [], complaints(page)
    page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
    page.goto((checking / "check" / "receipt" / "saved.htm").as_uri())
    log = checking / "log"
    files = [checking / "receipt.json", log / "checkpoint", log / "entries.txt"]
    assert "没有核对成" in _ask(page, *files[:2])
    assert "三个文件没有选全" in page.locator("[data-verify] ul:not([hidden])").inner_text()
    assert "都对得上" in _ask(page, *files)
    assert "4步写进了记录" in page.locator("[data-verify] ul:not([hidden])").inner_text()
    assert set(asked) <= {"file", "data"}
    assert said == []


def test_the_page_of_the_site_fetches_the_whole_log_under_the_strict_policy(
    browser: Browser, checking: Path
) -> None:
    page = browser.new_page()
    asked, said = [], complaints(page)
    with hosted(checking, "/") as address:
        page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
        page.goto(f"{address}check/receipt/")
        assert "都对得上" in _ask(page, checking / "receipt.json")
        page.get_by_label("回执编号").fill("TM7V")
        asked.clear()
        page.get_by_role("button", name="核对").click()
        page.get_by_text("回执编号不对").locator("visible=true").wait_for()
        assert asked == []
        assert "都对得上" in _ask(page, checking / "receipt.json")
        assert {place for place in asked if place.startswith("log")} == {
            "log/checkpoint",
            "log/entries.txt",
        }
        (checking / "log" / "entries.txt").write_text(LINES.replace(ENTRIES[5], ENTRIES[6]))
        assert "有对不上的地方" in _ask(page, checking / "receipt.json")
        assert "与签过名的不一样" in page.locator("[data-verify] ul:not([hidden])").inner_text()
        assert said == []
        asked.clear()
        page.locator("input[type=file]").set_input_files([])
        page.get_by_role("button", name="核对").click()
        page.get_by_role("status").get_by_text("没有核对成").wait_for()
    assert asked == ["check/status"]  # the code is in what is sent, not in the address
