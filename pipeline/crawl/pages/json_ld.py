"""JSON-LD of a page to the pictures that it describes, and the licence that it names.

Source: schema.org's `ImageObject` and `image`, as search engines ask for them (Google's "image
license metadata").
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.crawl.pages.flow import MAX_TEXT_CHARS

MAX_OBJECTS = 2000  # ours, of one page; the biggest of the real pages has 80
MAX_DEPTH = 32  # ours

_Object = dict[str, object]
_ADDRESSES = ("contentUrl", "url", "thumbnailUrl")
_OWN_TEXTS = ("caption", "name", "description")
_OWNER_TEXTS = ("headline", "name", "description")
# Keys under which an address alone is a picture of what the object is about.
_IMAGE_KEYS = ("image", "primaryImageOfPage", "photo")
# XHTML's way to keep mark-up in a script from being read, commented out or not.
_CDATA = re.compile(r"^\s*(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?|(?://|/\*)?\s*\]\]>(?:\s*\*/)?\s*$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True, slots=True)
class Described:
    """A picture that JSON-LD describes.

    Attributes:
        src: As written.
        licence: A URL as written, or empty.
    """

    src: str
    texts: tuple[str, ...]
    licence: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the JSON-LD of a page says.

    Attributes:
        licence: Of the page's content, not of one picture; a URL as written, or empty.
    """

    pictures: tuple[Described, ...]
    licence: str


def read_json_ld(scripts: Iterable[str]) -> Metadata:
    """Reads all scripts of a page as one graph; one that is no JSON says nothing."""
    found_all = (found for script in scripts for found in _objects(_parse(script)))
    objects = list(islice(found_all, MAX_OBJECTS))
    by_id = {name: found for found in objects if isinstance(name := found.get("@id"), str)}
    pictures: dict[str, list[Described]] = {}
    for found in objects:
        for picture in _pictures(found, by_id):
            pictures.setdefault(picture.src, []).append(picture)
    licences = (_address(found.get("license")) for found in objects if not _is_image(found))
    return Metadata(tuple(map(_merged, pictures.values())), next(filter(None, licences), ""))


def _merged(same: list[Described]) -> Described:
    """Returns one picture of what several objects say about it."""
    texts = dict.fromkeys(text for picture in same for text in picture.texts)
    licence = next((picture.licence for picture in same if picture.licence), "")
    return Described(same[0].src, tuple(texts), licence)


def _parse(script: str) -> object:
    try:
        return json.loads(_CDATA.sub("", script), strict=False)  # strict refuses line ends in texts
    except (ValueError, RecursionError):
        return None


def _objects(value: object, depth: int = 0) -> Iterator[_Object]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _objects(item, depth + 1)


def _is_image(found: _Object) -> bool:
    types = found.get("@type")
    return "ImageObject" in (types if isinstance(types, list) else [types])


def _pictures(found: _Object, by_id: dict[str, _Object]) -> Iterator[Described]:
    if _is_image(found):
        yield from _describe(found, found, _OWN_TEXTS)
        return
    for key in _IMAGE_KEYS:
        value = found.get(key)
        for item in value if isinstance(value, list) else [value]:
            yield from _describe(_referred(item, by_id), found, _OWNER_TEXTS)


def _referred(item: object, by_id: dict[str, _Object]) -> object:
    """Returns what a reference such as `{"@id": "#photo"}` means, or `item` if it is none."""
    name = item.get("@id") if isinstance(item, dict) else None
    return by_id.get(name, item) if isinstance(name, str) else item


def _describe(image: object, owner: _Object, keys: tuple[str, ...]) -> Iterator[Described]:
    if isinstance(image, dict):
        addresses = [image.get(key) for key in _ADDRESSES]
        licence = _address(image.get("license"))
    else:
        addresses, licence = [image], ""
    src = next((found for found in addresses if isinstance(found, str) and found.strip()), None)
    texts = tuple(text for key in keys if (text := _text(owner.get(key))))
    if src:
        yield Described(html.unescape(src).strip(), texts, licence)


def _text(value: object) -> str:
    """Returns a text without the mark-up and character references that publishers leave in it."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return ""
    return html.unescape(_TAG.sub(" ", html.unescape(value[: MAX_TEXT_CHARS * 2]))).strip()


def _address(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id")
    return value.strip() if isinstance(value, str) and "/" in value else ""
