"""What the soak asks for: URLs of every kind of outcome, each decided by a seed and a number.

A URL's path begins with its kind, so that what must become of it can be read off the URL alone.
"""

import io
import random
import zlib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

PLAIN_HOSTS, ROUGH_HOSTS, DEAD_HOSTS = 120, 24, 3
DISTINCT = 24  # pictures of a format
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "AVIF")

# Of hosts that answer: kind, its share, what may become of it.
PLAIN: Mapping[str, tuple[int, frozenset[str]]] = {
    kind: (share, frozenset(outcomes.split()))
    for kind, share, outcomes in (
        *((name.lower(), 24 if name == "JPEG" else 3, "ok") for name in FORMATS),
        ("gzipped", 2, "ok"),
        ("chunked", 3, "ok"),
        ("closing", 4, "ok"),
        ("unannounced", 2, "ok"),
        ("mislabelled", 1, "ok"),
        ("moved", 4, "ok"),
        ("moved-away", 2, "ok"),
        ("401", 1, "http_401"),
        ("403", 2, "http_403"),
        ("404", 8, "http_404"),
        ("410", 2, "http_410"),
        ("451", 1, "http_451"),
        ("no-location", 1, "http_302"),
        ("html", 3, "not_image"),
        ("svg", 1, "not_image"),
        ("nothing", 1, "empty"),
        ("204", 1, "empty"),
        ("cut", 2, "truncated"),
        ("cut-chunk", 1, "truncated"),
        ("bad-chunk", 1, "truncated protocol"),  # whether its start had been read
        ("bad-gzip", 1, "protocol"),
        ("garbage", 1, "protocol"),
        ("fat-head", 1, "protocol"),
        ("loop", 1, "redirects"),
        ("to-ftp", 1, "scheme"),
        ("to-private", 1, "address"),
        ("to-nonsense", 1, "url"),
        ("huge", 1, "too_large"),
        ("flood", 1, "too_large"),
        ("bomb", 1, "too_large"),
        ("pixels", 1, "pixels"),
        ("mended", 1, "ok"),
        ("broken", 1, "decode"),
        ("noai", 2, "opt_out"),
        ("private", 2, "robots"),
    )
}

# Of hosts that fail now and then; ten failures in a row, which is a matter of time, and the rest
# of the host is left.
ROUGH: Mapping[str, tuple[int, frozenset[str]]] = {
    kind: (share, frozenset({*outcomes.split(), "host_left"}))
    for kind, share, outcomes in (
        ("jpeg", 40, "ok"),
        ("mute", 5, "deadline"),
        ("drip", 5, "deadline"),
        ("drip-head", 4, "deadline"),
        ("reset", 5, "connect"),
        ("hang-up", 5, "connect"),
        ("reset-body", 4, "truncated"),
        ("500", 4, "http_500"),
        ("502", 3, "http_502"),
        ("503", 2, "http_503"),
        ("429", 2, "http_429"),
        ("429-long", 2, "http_429"),
        ("flaky", 4, "ok"),
    )
}

# Where every URL of a host ends alike; the address says which.
DEAD: Mapping[str, tuple[str, frozenset[str]]] = {
    "refused": ("http://127.3.0.{host}:1", frozenset({"connect", "host_left"})),
    "nameless": ("http://nohost-{host}.invalid", frozenset({"dns", "host_left"})),
    "silent": ("http://127.4.0.{host}:{port}", frozenset({"robots", "deadline", "host_left"})),
    "robots-500": ("http://127.5.0.{host}:{port}", frozenset({"robots"})),
    "robots-all": ("http://127.6.0.{host}:{port}", frozenset({"robots"})),
    "ai-txt": ("http://127.7.0.{host}:{port}", frozenset({"opt_out"})),
    "tdmrep": ("http://127.8.0.{host}:{port}", frozenset({"opt_out"})),
    "plaintext": ("https://127.9.0.{host}:{port}", frozenset({"tls", "host_left"})),
    "inside": ("http://10.0.0.{host}", frozenset({"address"})),
    "ftp": ("ftp://127.1.0.{host}", frozenset({"scheme"})),
}

ROUGH_SHARE, DEAD_SHARE = 0.12, 0.04


def make_url(seed: int, number: int, port: int) -> str:
    """Returns the URL that `number` has under `seed`, of a server at `port`."""
    chance = random.Random(f"{seed}/{number}")
    place = chance.random()
    if place < DEAD_SHARE:
        kind = chance.choice(list(DEAD))
        origin = DEAD[kind][0].format(host=chance.randint(1, DEAD_HOSTS), port=port)
    elif place < DEAD_SHARE + ROUGH_SHARE:
        kind = _choose(chance, ROUGH)
        origin = f"http://127.2.0.{chance.randint(1, ROUGH_HOSTS)}:{port}"
    else:
        kind = _choose(chance, PLAIN)
        origin = f"http://127.1.0.{chance.randint(1, PLAIN_HOSTS)}:{port}"
    return f"{origin}/{kind}/{number}"


def _choose(chance: random.Random, kinds: Mapping[str, tuple[int, frozenset[str]]]) -> str:
    return chance.choices(list(kinds), [share for share, _ in kinds.values()])[0]


def expected(url: str) -> frozenset[str]:
    """Returns the outcomes that `url` may have; more than one where time decides."""
    kind = kind_of(url)
    if kind in DEAD:
        return DEAD[kind][1]
    is_rough = (urlsplit(url).hostname or "").startswith("127.2.")
    return (ROUGH if is_rough else PLAIN)[kind][1]


def kind_of(url: str) -> str:
    """Returns the kind that a URL's path names."""
    return urlsplit(url).path.split("/")[1]


def expected_sha256(seed: int, url: str) -> str:
    """Returns the hash of the picture at `url`, whatever the redirects to it."""
    body = picture_at(seed, urlsplit(url).path)
    return sha256(damage(body) if kind_of(url) == "mended" else body).hexdigest()


def damage(body: bytes) -> bytes:
    """Returns a JPEG with a restart marker where none is due: decoders mend it and warn."""
    middle = len(body) // 2
    return body[:middle] + b"\xff\xd0" + body[middle:]


def picture_at(seed: int, path: str) -> bytes:
    """Returns the picture of a path such as `/png/17`; of kinds that are no format, a JPEG."""
    kind, number = path.split("/")[1:3]
    image_format = kind.upper() if kind.upper() in FORMATS else "JPEG"
    return pictures(image_format)[zlib.crc32(f"{seed}/{number}".encode()) % DISTINCT]


@cache
def pictures(image_format: str) -> tuple[bytes, ...]:
    """Returns small smooth pictures, the same in every process."""
    return tuple(_picture(number, image_format) for number in range(DISTINCT))


def _picture(number: int, image_format: str) -> bytes:
    rng = np.random.default_rng(number)
    coarse = Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8))
    stream = io.BytesIO()
    coarse.resize((160, 120), Image.Resampling.BICUBIC).save(stream, image_format)
    return stream.getvalue()
