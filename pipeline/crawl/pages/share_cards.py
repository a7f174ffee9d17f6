"""The picture that a page shows when it is shared: Open Graph and Twitter cards.

Sources: ogp.me (a structured property such as `og:image:alt` belongs to the image before it) and
X's cards markup (each `twitter:` value falls back on the `og:` one).
"""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.crawl.pages.image_url import Attributes


@dataclass(slots=True)
class _Card:
    images: list[str] = field(default_factory=list)
    secure: dict[int, str] = field(default_factory=dict)  # by number of the image
    alts: dict[int, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # title and description

    def add(self, name: str, content: str) -> None:
        if name in ("image", "image:url", "image:src"):
            if (src := html.unescape(content)) not in self.images:  # often escaped twice
                self.images.append(src)
        elif name == "image:secure_url":
            self.secure.setdefault(max(len(self.images) - 1, 0), html.unescape(content))
        elif name == "image:alt":
            self.alts.setdefault(max(len(self.images) - 1, 0), content)
        elif name in ("title", "description"):
            self.texts.setdefault(name, content)

    def pictures(self) -> Iterator[tuple[str, list[str]]]:
        images = self.images or [self.secure[number] for number in sorted(self.secure)]
        for number, image in enumerate(images):
            yield image, [self.alts.get(number, ""), *self.texts.values()]


def card_pictures(metas: Iterable[Attributes]) -> dict[str, list[str]]:
    """Returns the texts of each picture of a page's cards by its address as written.

    Args:
        metas: Attributes of the `<meta content>` elements; those of other names are passed.
    """
    cards = {"og": _Card(), "twitter": _Card()}
    for meta in metas:
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        prefix, _, rest = name.partition(":")
        content = (meta.get("content") or "").strip()
        if content and rest and prefix in cards:
            cards[prefix].add(rest, content)
    for name, text in cards["og"].texts.items():
        cards["twitter"].texts.setdefault(name, text)
    found: dict[str, list[str]] = {}
    for card in cards.values():
        for image, texts in card.pictures():
            found.setdefault(image, []).extend(texts)
    return found
