"""For how long a forge is left alone after a failure."""

from __future__ import annotations

import random

from yanlu.intake.forge.port import AuthLost, Retry

_FIRST, _LONGEST = 60, 1800  # seconds: one minute, doubling up to half an hour
AUTH_WAIT = 3600  # a lost token is probed hourly


def asked_wait(error: Exception) -> int:
    """Seconds that a refusal itself asks for; 0 where it asks for none."""
    if isinstance(error, AuthLost):
        return AUTH_WAIT
    return max(1, int(error.after)) if isinstance(error, Retry) else 0


def backoff(tries: int) -> int:
    """Seconds after so many failures: one minute, doubling up to half an hour."""
    return min(_LONGEST, _FIRST << min(tries, 10))


def spread(wait: int) -> int:
    """A quarter more at most: chance keeps offices from knocking at once."""
    return wait + random.randrange(wait // 4 + 1)  # noqa: S311 - only spreads the load
