"""All texts that a page has for one `<img>` in the places asked for, best place first."""

from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from pipeline.crawl.candidates import Text
from pipeline.crawl.pages.context import heading_text, link_text, text_beside
from pipeline.crawl.pages.image_texts import alt_texts, figure_caption, title_texts
from pipeline.crawl.pages.images import Image
from schemas.records import TextSource


class TextFinder:
    """Finds the texts of the images of one page; what images share is read once."""

    def __init__(self, sources: frozenset[TextSource]) -> None:
        self._sources = sources
        self._shared: dict[int, str] = {}

    def texts(self, image: Image) -> Iterator[Text]:
        """Yields place and text; a text around the image only if no better place says the same."""
        said = set()
        for place, text in self._given(image):
            if place in self._sources:
                said.add(_words(text))
                yield place, text
        if "context" in self._sources:
            for text in self._around(image):
                if (words := _words(text)) not in said:
                    said.add(words)
                    yield "context", text

    def _given(self, image: Image) -> Iterator[Text]:
        figure = image.place.figure
        for one in (image, *image.copies):
            yield from alt_texts(one.node, one.attributes)
        if figure is not None and "figcaption" in self._sources:
            yield "figcaption", self._once(figure, figure_caption)
        if "title" in self._sources:
            for one in (image, *image.copies):
                yield from title_texts(one.attributes)

    def _around(self, image: Image) -> Iterator[str]:
        if image.place.link is not None:
            yield self._once(image.place.link, link_text)
        yield from text_beside(image.place)
        if image.heading is not None:
            yield self._once(image.heading, heading_text)

    def _once(self, node: LexborNode, read: Callable[[LexborNode], str]) -> str:
        key = node.mem_id
        if key not in self._shared:
            self._shared[key] = read(node)
        return self._shared[key]


def _words(text: str) -> str:
    return " ".join(text.split())
