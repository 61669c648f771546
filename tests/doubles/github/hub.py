"""What the double remembers beside git: pull requests, accounts, tokens and an App."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt

from doubles.github.bare import Bare

WORST_SKEW = 60  # seconds that GitHub lets a JWT's clock differ
LONGEST_JWT = 600


@dataclass(frozen=True)
class Said:
    """A comment or a review."""

    id: int
    login: str
    body: str
    moment: datetime
    state: str = ""
    commit: str = ""


@dataclass
class Pull:
    """A pull request; it is an issue too, and shares its number."""

    number: int
    title: str
    body: str
    head: str
    base: str
    sha: str
    login: str
    created: datetime
    state: str = "open"
    closed: datetime | None = None
    merged: datetime | None = None
    merge_sha: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[Said] = field(default_factory=list)
    reviews: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class App:
    """A GitHub App and its one installation."""

    id: int
    installation: int
    public_key: bytes


@dataclass
class Account:
    """Who holds a token, and until when it is good."""

    login: str
    until: datetime | None = None


class RefusedError(Exception):
    """A refusal in GitHub's words, with its status."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass
class Hub:
    """One forge with one repository; `host` is what its public addresses name.

    `skew` is how many seconds its clock is ahead of ours, `page` the most items on a page.
    """

    bare: Bare
    owner: str = "shili"
    name: str = "yanlu"
    host: str = "git.shili.example"
    address: str = ""
    private: bool = True
    writes: bool = True
    skew: float = 0.0
    page: int = 100
    app: App | None = None
    token_life: timedelta = timedelta(hours=1)
    tokens: dict[str, Account] = field(default_factory=dict)
    pulls: list[Pull] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def repo(self) -> str:
        """Address of the repository in the interface."""
        return f"{self.address}/repos/{self.owner}/{self.name}"

    def now(self) -> datetime:
        """The double's clock."""
        return datetime.now(UTC) + timedelta(seconds=self.skew)

    def branches(self) -> list[str]:
        """Names of the proposals' branches."""
        return self.bare.names("refs/heads/inbox/")

    def said(self) -> int:
        """How many comments and reviews there are; none is ever deleted."""
        return sum(len(pull.comments) + len(pull.reviews) for pull in self.pulls)

    def comment(self, number: int) -> tuple[Pull, int]:
        """The pull request of a comment, and the comment's place among its others."""
        for pull in self.pulls:
            for place, said in enumerate(pull.comments):
                if said.id == number:
                    return pull, place
        raise RefusedError(404, "Not Found")

    def account(self, authorization: str) -> Account:
        """Who asks, by the header."""
        scheme, _, token = authorization.partition(" ")
        account = self.tokens.get(token)
        if scheme.lower() not in ("token", "bearer") or account is None:
            raise RefusedError(401, "Bad credentials")
        if account.until and account.until < self.now():
            raise RefusedError(401, "Bad credentials")
        return account

    def installation_token(self, authorization: str, installation: int) -> tuple[str, datetime]:
        """A token of an hour for an App that proves itself."""
        if self.app is None or not authorization.startswith("Bearer "):
            raise RefusedError(401, "A JSON web token could not be decoded")
        self._proven(authorization.removeprefix("Bearer "), self.app)
        if installation != self.app.installation:
            raise RefusedError(404, "Not Found")
        token = f"ghs_{len(self.tokens):036d}"
        until = (self.now() + self.token_life).replace(microsecond=0)
        self.tokens[token] = Account("yanlu-intake[bot]", until)
        return token, until

    def _proven(self, token: str, app: App) -> None:
        now = self.now().timestamp()
        try:
            claims = jwt.decode(
                token, app.public_key, ["RS256"],
                options={"require": ["iat", "exp", "iss"], "verify_exp": False,
                         "verify_iat": False},
            )  # fmt: skip
        except jwt.InvalidTokenError:
            raise RefusedError(401, "A JSON web token could not be decoded") from None
        if claims["iss"] != str(app.id):
            raise RefusedError(401, "'Issuer' claim ('iss') must be the App's id")
        if not now - 1 < claims["exp"] < now + LONGEST_JWT + WORST_SKEW:
            raise RefusedError(
                401, "'Expiration time' claim ('exp') is too far in the future or past"
            )
        if claims["iat"] > now + WORST_SKEW:
            raise RefusedError(401, "'Issued at' claim ('iat') is in the future")

    def pull(self, number: int) -> Pull:
        """A pull request by its number."""
        if not 1 <= number <= len(self.pulls):
            raise RefusedError(404, "Not Found")
        return self.pulls[number - 1]

    def settle(self) -> None:
        """Let open pull requests follow their branches, as GitHub does after each push."""
        for pull in self.pulls:
            if pull.state == "open":
                self._follow(pull)

    def _follow(self, pull: Pull) -> None:
        sha = self.bare.ref(f"refs/heads/{pull.head}")
        base = self.bare.ref(f"refs/heads/{pull.base}")
        pull.sha = sha or pull.sha
        if base and self.bare.is_ancestor(pull.sha, base):
            self.finish(pull, base)
        elif sha is None:
            self.close(pull)

    def open(self, pull: Pull) -> Pull:
        """Open a pull request, if GitHub would."""
        if self.bare.ref(f"refs/heads/{pull.base}") is None:
            raise RefusedError(422, "Validation Failed", "base is invalid")
        if not pull.sha:
            raise RefusedError(422, "Validation Failed", "head is invalid")
        if any(other.head == pull.head and other.state == "open" for other in self.pulls):
            branch = f"{self.owner}:{pull.head}"
            raise RefusedError(
                422, "Validation Failed", f"A pull request already exists for {branch}."
            )
        if not self.bare.between(f"refs/heads/{pull.base}", pull.sha):
            said = f"No commits between {pull.base} and {pull.head}"
            raise RefusedError(422, "Validation Failed", said)
        self.pulls.append(pull)
        return pull

    def close(self, pull: Pull) -> None:
        """Close without merging."""
        pull.state, pull.closed = "closed", self.now()

    def finish(self, pull: Pull, sha: str) -> None:
        """Call a pull request merged by a commit."""
        self.close(pull)
        pull.merged, pull.merge_sha = pull.closed, sha

    def merge(self, pull: Pull, login: str, *, squash: bool) -> str:
        """Merge into the base branch, by a commit of two parents or of one."""
        base = self.bare.ref(f"refs/heads/{pull.base}")
        tree = self.bare.merged_tree(base, pull.sha) if base and pull.state == "open" else None
        if not base or not tree:
            raise RefusedError(405, "Pull Request is not mergeable")
        parents = [base] if squash else [base, pull.sha]
        who = person(login, self.now())
        sha = self.bare.create_commit(tree, parents, f"Merge #{pull.number}\n", who, who)
        self.bare.move_ref(f"refs/heads/{pull.base}", sha, force=False)
        self.finish(pull, sha)
        return sha


def person(login: str, moment: datetime) -> dict[str, str]:
    """An author or committer as GitHub makes one of an account."""
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"name": login, "email": f"{login}@users.example", "date": stamp}
