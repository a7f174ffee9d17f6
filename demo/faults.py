"""What goes wrong on the site on purpose: each fault trips its own rule and none before it."""

from collections.abc import Iterator
from dataclasses import dataclass

from demo.routes import AUTHORITY, Manner, Route
from schemas.outcomes import Failure, Reject, http_failure

ROBOTS_TXT = """User-agent: *
Disallow: /staff/
Disallow: /img/

User-agent: webimagetext
Disallow: /staff/
Disallow: /img/private/
Content-Usage: /img/usage/ train-ai=n
"""
# (path, media type, text) of the files in which a site says how its pictures may be used.
SITE_FILES = (
    ("/robots.txt", "text/plain", ROBOTS_TXT),
    (
        "/.well-known/tdmrep.json",
        "application/json",
        '[{"location": "/img/archive/", "tdm-reservation": 1}]\n',
    ),
    ("/ai.txt", "text/plain", "User-Agent: *\nDisallow: /img/studio/*.jpg\n"),
)
HTML_BODY = b"<!doctype html><title>Sign in</title><p>Please sign in to see this picture."
LARGE_BYTES = 2_200_000  # the recipe's max_bytes is 2 MB

PAGE_FAULTS: tuple[tuple[str, str, Route | None], ...] = (
    ("/staff/rota.html", Reject.ROBOTS, None),
    ("/staff/wages.html", Reject.ROBOTS, None),
    ("/en/gone.html", http_failure(404), None),
    ("/old/index.html", http_failure(404), None),
    ("/en/broken.html", http_failure(500), Route(status=500)),
)

# (src, alt, outcome); AUTHORITY is filled in when the page is served.
CRAWL_FAULTS: tuple[tuple[str | None, str | None, str], ...] = (
    *((f"/img/plain/{number}.jpg", None, Reject.NO_ALT) for number in range(4)),
    *((f"/img/blank/{number}.jpg", alt, Reject.NO_ALT) for number, alt in enumerate(("", "", " "))),
    (None, "A picture that has no address at all", Reject.NO_SRC),
    (" ", "A picture whose address is only a blank", Reject.NO_SRC),
    *(
        (f"data:image/gif;base64,R0lGODlhAQABAAAAACw{number}", "A dot within the page itself", kind)
        for number, kind in enumerate((Reject.DATA_URI,) * 3)
    ),
    ("http://[bad/picture.jpg", "A picture whose address is broken", Reject.URL),
    (
        f"http://user:secret@{AUTHORITY}/img/key.jpg",
        "A picture behind a password in its address",
        Reject.URL,
    ),
    ("ftp://127.0.0.1/picture.jpg", "A picture on an old file server", Reject.SCHEME),
)

TEXT_FAULTS: tuple[tuple[str, str], ...] = (
    *((text, Reject.TEXT_TOO_SHORT) for text in ("Sea", "Hut", "Moss", "Oak")),
    *((f"{text}, seen again and again" * 40, Reject.TEXT_TOO_LONG) for text in ("Hills", "Waves")),
    *((text, Reject.TOO_FEW_WORDS) for text in ("Landscape", "Photograph", "Reflections")),
    ("we go up " * 90, Reject.TOO_MANY_WORDS),
    *((text, Reject.BOILERPLATE) for text in ("company logo", "Click to enlarge", "photo of")),
    *((text, Reject.BOILERPLATE) for text in ("Company logo", "click to enlarge")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFault:
    """One image that cannot or may not be had.

    Attributes:
        path: Of its URL.
        outcome: What the download stage says of it.
        route: What the server answers, without the body; None for a path it does not know.
        body: Written to a file for the route, if there is any.
    """

    path: str
    outcome: str
    route: Route | None = None
    body: bytes | None = None


def image_faults(jpeg: bytes) -> Iterator[ImageFault]:
    """Yields the images that fail or are refused; `jpeg` is a good picture to be spoilt."""
    jpg = "image/jpeg"
    whole = Route(content_type=jpg)
    for number in range(3):
        yield ImageFault(path=f"/img/gone/{number}.jpg", outcome=http_failure(404))
        not_image = Failure.NOT_IMAGE
        yield ImageFault(
            path=f"/img/login/{number}.jpg", outcome=not_image, route=whole, body=HTML_BODY
        )
        path = f"/img/private/{number}.jpg"
        yield ImageFault(path=path, outcome=Reject.ROBOTS, route=whole, body=jpeg)
    for number in range(2):
        error = Route(status=500)
        yield ImageFault(path=f"/img/error/{number}.jpg", outcome=http_failure(500), route=error)
        half = jpeg[: len(jpeg) // (number + 2)]
        yield ImageFault(
            path=f"/img/half/{number}.jpg", outcome=Failure.DECODE, route=whole, body=half
        )
        for name, outcome, manner in (
            ("slow", Failure.DEADLINE, Manner.DRIP),
            ("cut", Failure.TRUNCATED, Manner.SHORT),
        ):
            route = Route(content_type=jpg, manner=manner)
            yield ImageFault(
                path=f"/img/{name}/{number}.jpg", outcome=outcome, route=route, body=jpeg
            )
    yield from _opt_outs(jpeg)
    yield from _single_faults(jpeg)


def _opt_outs(jpeg: bytes) -> Iterator[ImageFault]:
    tag = "X-Robots-Tag"
    for number, (name, value) in enumerate(
        (
            (tag, "noai"),
            (tag, "noimageai"),
            (tag, "noarchive, noai"),
            (tag, "unavailable_after: 1 Jan 2040 00:00:00 GMT, noai"),
            ("TDM-Reservation", "1"),
            ("Content-Usage", "search=y, train-ai=n"),
        )
    ):
        route = Route(content_type="image/jpeg", headers={name: value})
        path = f"/img/reserved/{number}.jpg"
        yield ImageFault(path=path, outcome=Reject.OPT_OUT, route=route, body=jpeg)
    for folder in ("archive", "usage", "studio"):  # each named in one of SITE_FILES
        route = Route(content_type="image/jpeg")
        path = f"/img/{folder}/0.jpg"
        yield ImageFault(path=path, outcome=Reject.OPT_OUT, route=route, body=jpeg)


def _single_faults(jpeg: bytes) -> Iterator[ImageFault]:
    jpg = "image/jpeg"
    loop = Route(status=302, headers={"Location": "/go/round"})
    yield ImageFault(path="/go/round", outcome=Failure.REDIRECTS, route=loop)
    # The address where clouds keep their machines' credentials: a crawler must never ask there.
    inside = Route(status=302, headers={"Location": "http://169.254.169.254/latest/meta.jpg"})
    yield ImageFault(path="/go/inside", outcome=Reject.ADDRESS, route=inside)
    hang_up = Route(content_type=jpg, manner=Manner.HANG_UP)
    yield ImageFault(path="/img/hang-up.jpg", outcome=Failure.CONNECT, route=hang_up)
    garbage = Route(content_type=jpg, manner=Manner.GARBAGE)
    yield ImageFault(path="/img/garbage.jpg", outcome=Failure.PROTOCOL, route=garbage)
    yield ImageFault(path="/img/empty.jpg", outcome=Failure.EMPTY, route=Route(content_type=jpg))
    large = jpeg + bytes(LARGE_BYTES - len(jpeg))
    yield ImageFault(
        path="/img/large.jpg", outcome=Failure.TOO_LARGE, route=Route(content_type=jpg), body=large
    )
