"""One JSON record of a WAT file to the few parts of it that matter, most of it unread.

Most of a WAT is links between pages: parsing only the objects that count takes a third of the
time of `json.loads`, and as much as msgspec's typed decoder (measured).
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from schemas.errors import RecordFailed
from schemas.outcomes import Failure

Object = dict[str, Any]

_HTML = b'"HTML-Metadata":'
# A quote within a JSON string is escaped, so what begins with one here is no part of a string.
_LINKS = '"Links":['
_LINK_START = '{"path":"'
_IMAGE_START = '{"path":"IMG@/'
_LICENCE_SIGN = "icense"  # whatever the case of its first letter
_IMAGE_SIGN = '"IMG@/'
_SHARED_IMAGE_SIGN = ':image"'  # of `og:image` and `twitter:image`
_RECORD, _ANSWER, _HEADERS, _HEAD = (
    f'"{name}":{{' for name in ("WARC-Header-Metadata", "Response-Message", "Headers", "Head")
)
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatPage:
    """What a WAT record says of an HTML page.

    Attributes:
        record: Header of the page's WARC (or ARC) record.
        status: Of the answer.
        headers: Of the answer; repeated ones are repeated.
        head: `Base`, `Metas`, `Link` of the HTML head.
        images: `path`, `url`, `alt`, `title` of the `<img>`, in page order.
        licences: Addresses of `rel=license` links as written.
    """

    record: Object
    status: str
    headers: tuple[tuple[str, str], ...]
    head: Object
    images: tuple[Object, ...]
    licences: tuple[str, ...] = ()


def read_wat_json(block: bytes) -> WatPage | None:
    """Returns the page of a record, None if it is about no HTML page with an image.

    Raises:
        RecordFailed: `row`: it is no JSON object.
    """
    if not (block.startswith(b"{") and block.rstrip().endswith(b"}")):
        raise RecordFailed(Failure.ROW, "not a JSON object")
    if _HTML not in block:
        return None
    text = block.decode("utf-8", "replace")
    images = list(_places(text, _IMAGE_START))
    if not images and _IMAGE_SIGN not in text and _SHARED_IMAGE_SIGN not in text:
        return None
    try:
        if images:
            return _read_parts(text, images)
    except _UnusualError:
        pass
    return _read_whole(text)


def _places(text: str, sign: str) -> Iterator[int]:
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + len(sign))


class _UnusualError(Exception):
    """The text is not laid out as ia-web-commons does it."""


def _read_parts(text: str, images: list[int]) -> WatPage:
    head = _scan_object(text, text.find(_HEAD, 0, images[0]), _HEAD, is_needed=False)
    return WatPage(
        record=_scan_object(text, text.rfind(_RECORD), _RECORD),
        status=_text(_scan_object(text, text.find(_ANSWER), _ANSWER).get("Status")),
        headers=_pairs(_scan_object(text, text.find(_HEADERS), _HEADERS)),
        head=head,
        images=tuple(_scan(text, place) for place in images),
        licences=tuple(_licences(_scan_licence_links(text, head))),
    )


def _scan_licence_links(text: str, head: Object) -> Iterator[Object]:
    """Yields the links around the licence's sign, which may also stand in an address or a text."""
    places = list(_places(text, _LICENCE_SIGN))
    if not places:
        return
    yield from _objects(head.get("Link"))
    first = text.find(_LINKS)
    for start in dict.fromkeys(text.rfind(_LINK_START, first, place) for place in places):
        if start >= 0:
            yield _scan(text, start)


def _scan_object(text: str, place: int, key: str, *, is_needed: bool = True) -> Object:
    if place >= 0:
        return _scan(text, place + len(key) - 1)
    if is_needed or key[:-1] in text:
        raise _UnusualError
    return {}


def _scan(text: str, place: int) -> Object:
    try:
        return _object(_DECODER.raw_decode(text, place)[0])
    except (ValueError, RecursionError) as error:
        raise _UnusualError from error


def _read_whole(text: str) -> WatPage | None:
    try:
        envelope = _object(_object(json.loads(text)).get("Envelope"))
    except (ValueError, RecursionError) as error:
        raise RecordFailed(Failure.ROW, "not a JSON object") from error
    answer = _object(_object(envelope.get("Payload-Metadata")).get("HTTP-Response-Metadata"))
    html = _object(answer.get("HTML-Metadata"))
    head = _object(html.get("Head"))
    links = _objects(html.get("Links"))
    return WatPage(
        record=_object(envelope.get("WARC-Header-Metadata") or envelope.get("ARC-Header-Metadata")),
        status=_text(_object(answer.get("Response-Message")).get("Status")),
        headers=_pairs(_object(answer.get("Headers"))),
        head=head,
        images=tuple(link for link in links if _text(link.get("path")).startswith("IMG@/")),
        licences=tuple(_licences([*_objects(head.get("Link")), *links])),
    )


def _licences(links: Iterable[Object]) -> Iterator[str]:
    for link in links:
        if "license" in _text(link.get("rel")).lower().split():
            yield _text(link.get("url"))


def _pairs(headers: Object) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, text)
        for name, value in headers.items()
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    )


def _object(value: object) -> Object:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Object]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
