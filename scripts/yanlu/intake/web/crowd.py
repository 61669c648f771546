"""How many may be inside at once: whoever comes beyond that is told so, and not kept waiting.

Without a bound everybody waits longer and longer, until nobody is answered in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

LETTERS = 512  # under way at once: half a second's on two cores, and one of four on a slow machine
CONFIRMING = 256  # pages to confirm: two or three seconds' of searching for what is to be masked
SECOND_LOOK = 1.0  # seconds: who was refused at once would be back at once, and take others' time
ABREAST = 4  # searches between two looks at everything else: letters go on meanwhile


@dataclass
class Seats:
    """Places for so many at once. One thread alone asks for them."""

    most: int
    taken: int = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[bool]:
        """A place until the end of the block; or none, where all are taken a second later too."""
        if self.taken >= self.most:
            await asyncio.sleep(SECOND_LOOK)
        if self.taken >= self.most:
            yield False
            return
        self.taken += 1
        try:
            yield True
        finally:
            self.taken -= 1
