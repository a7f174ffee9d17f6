"""The pairs of the report's gallery as JSON that may stand in HTML, bounded in number and bytes."""

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dedup.contamination.match import match_order
from dedup.contamination.verdicts import Verdicts, pair_key
from schemas.records import Match

MAX_PAIRS_SHOWN = 3000  # of all benchmarks: more than a person looks through
# A third more as base64, so a page of some 30 MB, which a browser opens in about a second.
MAX_PICTURE_BYTES = 24_000_000
POOL = "pool"
# What could end a script element or begin markup, as JSON may write it just as well.
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

Thumbnails = Mapping[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """What the page's script draws from.

    Attributes:
        data: JSON text, safe within a script element.
        shown: Pairs in it, by benchmark.
    """

    data: str
    shown: Counter[str]


def benchmark_thumbnail(match: Match) -> tuple[str, str]:
    """Returns the key of a match's benchmark picture among the thumbnails."""
    return f"benchmark:{match.benchmark}", match.benchmark_key


def pool_thumbnail(match: Match) -> tuple[str, str]:
    """Returns the key of a match's pool picture among the thumbnails."""
    return POOL, match.pool_key


def shown_matches(matches: Sequence[Match]) -> list[Match]:
    """Returns the matches that the page shows, and so needs thumbnails of.

    At most `MAX_PAIRS_SHOWN`, in turn of each benchmark; of a benchmark the best pair of every
    image before the second best of any, so that one picture with many copies does not crowd out
    the others.
    """
    copies: dict[tuple[str, str], int] = defaultdict(int)
    ranked: dict[str, list[tuple[int, Match]]] = defaultdict(list)
    for match in sorted(matches, key=match_order):
        image = (match.benchmark, match.benchmark_key)
        ranked[match.benchmark].append((copies[image], match))
        copies[image] += 1
    turns = [
        (turn, name, match)
        for name in sorted(ranked)
        for turn, (_, match) in enumerate(sorted(ranked[name], key=_copy_number))
    ]
    turns.sort(key=_turn_and_name)
    return [match for _, _, match in turns[:MAX_PAIRS_SHOWN]]


def make_gallery(matches: Sequence[Match], thumbnails: Thumbnails, verdicts: Verdicts) -> Gallery:
    """Returns the gallery of `shown_matches`, as many as `MAX_PICTURE_BYTES` allow.

    A picture of several pairs is held once.
    """
    pictures: dict[tuple[str, str], int] = {}
    pairs, size = [], 0
    shown = Counter[str]()
    for match in matches:
        keys = [key for key in (benchmark_thumbnail(match), pool_thumbnail(match))]
        new = [key for key in keys if key in thumbnails and key not in pictures]
        size += sum(len(thumbnails[key]) for key in new)
        if size > MAX_PICTURE_BYTES:
            break
        for key in new:
            pictures[key] = len(pictures)
        pairs.append(_pair(match, [pictures.get(key) for key in keys], verdicts))
        shown[match.benchmark] += 1
    uris = [_data_uri(thumbnails[key]) for key in pictures]
    text = json.dumps({"pairs": pairs, "pictures": uris}, ensure_ascii=False, sort_keys=True)
    return Gallery(data=text.translate(_ESCAPED), shown=shown)


def _pair(match: Match, pictures: Sequence[int | None], verdicts: Verdicts) -> dict[str, Any]:
    return {
        "benchmark": match.benchmark,
        "benchmark_key": match.benchmark_key,
        "pool_key": match.pool_key,
        "uid": match.uid,
        "url": match.url,
        "method": match.method,
        "distance": match.distance,
        "transform": match.transform,
        "score": match.score,
        "crop": match.crop,
        "pictures": pictures,
        "verdict": verdicts.get(pair_key(match)),
    }


def _copy_number(pair: tuple[int, Match]) -> int:
    return pair[0]


def _turn_and_name(pair: tuple[int, str, Match]) -> tuple[int, str]:
    return pair[0], pair[1]


def _data_uri(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
