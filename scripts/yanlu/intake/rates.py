"""How often one address may knock, without remembering who did.

Addresses are kept only as HMACs under a salt that lives in memory and changes every day; an
IPv6 network of /64 counts as one address. Many people share one address of a mobile network,
so a full bucket first only costs priority; far above it, the answer is to wait.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass, field
from enum import Enum

from yanlu.receipts.keyed import keyed_hash

DAY = 24 * 3600
_MOST = 100_000  # buckets held at once; beyond it the salt changes early, and all begin afresh


class Pace(Enum):
    """What a knock means."""

    ORDINARY = "ordinary"
    BUSY = "busy"
    FLOOD = "flood"


@dataclass(frozen=True)
class Allowance:
    """Knocks at once, knocks an hour after that; and how many times as many are a flood."""

    burst: int = 20
    hourly: float = 60
    flood: int = 20


@dataclass
class Rates:
    """Leaky buckets by salted address. `now` is monotonic seconds."""

    allowance: Allowance
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _since: float = 0.0
    _levels: dict[bytes, tuple[float, float]] = field(default_factory=dict, repr=False)

    def knock(self, address: str, now: float) -> Pace:
        """Count one knock of an address."""
        return self.count(_network(address), now)

    def count(self, who: str, now: float) -> Pace:
        """Count one knock of anything else that must not be tried too often."""
        if now - self._since > DAY or len(self._levels) >= _MOST:
            self._salt, self._since = secrets.token_bytes(32), now
            self._levels.clear()
        key = self._key(who)
        level, then = self._levels.get(key, (0.0, now))
        level = max(0.0, level - (now - then) * self.allowance.hourly / 3600) + 1
        if level > self.allowance.burst * self.allowance.flood:
            return Pace.FLOOD  # not counted: who waits is let in again
        self._levels[key] = level, now
        return Pace.BUSY if level > self.allowance.burst else Pace.ORDINARY

    def forgive(self, who: str) -> None:
        """Take back a knock that was counted before it was known to be none that matters."""
        key = self._key(who)
        level, then = self._levels.get(key, (0.0, 0.0))
        self._levels[key] = max(0.0, level - 1), then

    def _key(self, who: str) -> bytes:
        return keyed_hash(self._salt, who.encode())[:16]


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
