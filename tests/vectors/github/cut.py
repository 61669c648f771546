"""Cut GitHub's OpenAPI description down to the operations that Yanlu uses: see README.md.

Whatever validates stays as it is; what only explains (descriptions, examples) is left out.
"""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCE = "package/generated/api.github.com.json"
REPO = "/repos/{owner}/{repo}"
USED = {  # by the adapter, and by staff whom the tests play
    "/app/installations/{installation_id}/access_tokens": ["post"],
    REPO: ["get"],
    f"{REPO}/commits/{{ref}}": ["get"],
    f"{REPO}/compare/{{basehead}}": ["get"],
    f"{REPO}/git/blobs/{{file_sha}}": ["get"],
    f"{REPO}/git/commits": ["post"],
    f"{REPO}/git/commits/{{commit_sha}}": ["get"],
    f"{REPO}/git/ref/{{ref}}": ["get"],
    f"{REPO}/git/refs": ["post"],
    f"{REPO}/git/refs/{{ref}}": ["patch", "delete"],
    f"{REPO}/git/trees": ["post"],
    f"{REPO}/git/trees/{{tree_sha}}": ["get"],
    f"{REPO}/issues/comments/{{comment_id}}": ["patch"],
    f"{REPO}/issues/{{issue_number}}": ["get"],
    f"{REPO}/issues/{{issue_number}}/comments": ["get", "post"],
    f"{REPO}/issues/{{issue_number}}/labels": ["post"],
    f"{REPO}/pulls": ["get", "post"],
    f"{REPO}/pulls/{{pull_number}}": ["get", "patch"],
    f"{REPO}/pulls/{{pull_number}}/merge": ["put"],
    f"{REPO}/pulls/{{pull_number}}/reviews": ["get", "post"],
}
EXPLAINS = {
    "description", "summary", "title", "tags", "externalDocs", "example", "examples",
    "x-github", "x-octokit",
}  # fmt: skip
NAMES = {"properties", "schemas", "parameters", "responses", "headers"}  # keys below are names


def cut(spec: dict[str, Any]) -> dict[str, Any]:
    """The operations used, and all that they refer to."""
    paths = {
        path: {method: _bare(spec["paths"][path][method]) for method in methods}
        for path, methods in USED.items()
    }
    parts: dict[str, dict[str, Any]] = {}
    waiting = _references(paths)
    while waiting:
        kind, name = waiting.pop()
        part = _bare(spec["components"][kind][name])
        parts.setdefault(kind, {})[name] = part
        waiting |= {(k, n) for k, n in _references(part) if n not in parts.get(k, {})}
    info = {key: spec["info"][key] for key in ("title", "version", "license")}
    return {"openapi": spec["openapi"], "info": info, "paths": paths, "components": parts}


def _bare(node: Any, *, names: bool = False) -> Any:
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _bare(value, names=not names and key in NAMES)
        for key, value in node.items()
        if names or key not in EXPLAINS
    }


def _references(node: Any) -> set[tuple[str, str]]:
    if isinstance(node, list):
        return set().union(*map(_references, node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*map(_references, node.values()))
    if isinstance(node.get("$ref"), str):
        _, _, kind, name = node["$ref"].split("/")
        found.add((kind, name))
    return found


def main(package: Path) -> None:
    """Write `openapi.json` from the package that npm packed."""
    with tarfile.open(package) as archive:
        spec = json.load(archive.extractfile(SOURCE))  # type: ignore[arg-type]
    text = json.dumps(cut(spec), ensure_ascii=False, indent=1, sort_keys=True)
    (HERE / "openapi.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
