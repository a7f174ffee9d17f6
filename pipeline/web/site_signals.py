"""What a site's own files say about the use of its pages and images: tdmrep.json and ai.txt.

A file that cannot be had says nothing: a missing opt-out is none, and unlike robots.txt no
standard takes a server error for a reservation.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.web import tdmrep
from pipeline.web.origin_cache import OriginCache
from pipeline.web.robots_rules import RobotsRules, parse_robots
from pipeline.web.site_file import FetchOnce, fetch_site_file
from schemas.errors import RecordError

# Spawning's file (2023), with the grammar of robots.txt and patterns such as `*.jpg`.
AI_TXT_PATH = "/ai.txt"
AI_TXT_SIGNAL = "ai.txt:disallow"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    tdm_rules: tuple[tdmrep.TdmRule, ...]
    ai_txt: RobotsRules


class SiteSignals:
    """The opt-out files of every origin that a client meets, each asked for once a day.

    Args:
        fetch: Gets one URL without following redirects; raises `RecordError`.
        product_token: What groups of ai.txt are matched against.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        fetch: FetchOnce,
        product_token: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._product_token = product_token
        self._files = OriginCache(self._read, clock)

    async def signals(self, url: str) -> tuple[str, ...]:
        """Returns what the files of the origin of `url` say about it, sorted."""
        files = await self._files.get(url)
        found = set(tdmrep.signals_of(files.tdm_rules, url))
        # `*.jpg` means PHOTO.JPG as well.
        if not all(files.ai_txt.allows(spelling) for spelling in {url, url.lower()}):
            found.add(AI_TXT_SIGNAL)
        return tuple(sorted(found))

    async def close(self) -> None:
        """Ends the fetches that nobody waits for any more."""
        await self._files.close()

    async def _read(self, origin: str) -> _Files:
        rules, ai_txt = await asyncio.gather(
            self._read_file(f"{origin}{tdmrep.PATH}"), self._read_file(f"{origin}{AI_TXT_PATH}")
        )
        return _Files(
            tdm_rules=tdmrep.parse_tdmrep(rules),
            ai_txt=parse_robots(ai_txt, self._product_token),
        )

    async def _read_file(self, url: str) -> bytes:
        try:
            answer = await fetch_site_file(self._fetch, url)
        except RecordError:
            return b""
        return answer.body if answer.is_success else b""
