"""The `<img>`s of a page in its order, each with its address and place.

A lazy `<img>` and its copy in `<noscript>` are one picture: with the address of the copy, which
needs no script, and the texts of both.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipeline.crawl.pages.image_url import Attributes, image_src, is_data, is_placeholder
from pipeline.crawl.pages.not_pictures import find_reason
from pipeline.crawl.pages.place import Place, find_place

MAX_LEVELS_BESIDE = 4  # ours: an image may be wrapped in link, picture and span beside its copy


@dataclass(slots=True, kw_only=True)
class Image:
    """An `<img>` as the page has it.

    Attributes:
        src: As the page writes it; empty if there is none.
        heading: The last one before it.
        copies: The same picture in `<noscript>`.
    """

    node: LexborNode
    attributes: Attributes
    src: str
    place: Place
    heading: LexborNode | None
    copies: list["Image"] = field(default_factory=list)

    @property
    def size(self) -> tuple[str | None, str | None]:
        """Width and height as the page writes them."""
        return self.attributes.get("width"), self.attributes.get("height")


def read_images(found: Iterable[tuple[LexborNode, LexborNode | None]]) -> list[Image]:
    """Returns the images of a page, copies merged.

    Args:
        found: Each `<img>` and the heading before it, in page order.
    """
    images = [_read_image(node, heading) for node, heading in found]
    kept: list[Image] = []
    for number, image in enumerate(images):
        if image.place.noscript is None:
            kept.append(image)
            continue
        neighbours = [*kept[-1:], *images[number + 1 : number + 2]]
        original = next((other for other in neighbours if _is_copy(image, other)), None)
        if original is None:
            kept.append(image)
        else:
            _merge(image, original)
    return kept


def _read_image(node: LexborNode, heading: LexborNode | None) -> Image:
    attributes = node.attributes
    return Image(
        node=node,
        attributes=attributes,
        src=image_src(node, attributes),
        place=find_place(node),
        heading=heading,
    )


def _is_copy(copy: Image, image: Image) -> bool:
    """Whether `copy`, which is in a `<noscript>`, shows what `image` does once scripts ran."""
    if image.place.noscript is not None or not copy.src or not _is_beside(copy, image):
        return False
    if any(value and copy.src in value for value in image.attributes.values()):
        return True
    if not image.src or is_data(image.src) or is_placeholder(image.src):
        return find_reason(copy.src, copy.size) is None
    alt = (copy.attributes.get("alt") or "").strip()
    return bool(alt) and alt == (image.attributes.get("alt") or "").strip()


def _merge(copy: Image, original: Image) -> None:
    original.copies.append(copy)
    if not (is_data(copy.src) or is_placeholder(copy.src)):
        original.src = copy.src


def _is_beside(copy: Image, image: Image) -> bool:
    """Whether `image` is in the element right before or behind the `<noscript>` of `copy`."""
    beside = {
        _next_element(copy.place.noscript, "prev"),
        _next_element(copy.place.noscript, "next"),
    }
    node: LexborNode | None = image.node
    for _ in range(MAX_LEVELS_BESIDE):
        if node is None:
            break
        if node.mem_id in beside:
            return True
        node = node.parent
    return False


def _next_element(node: LexborNode | None, way: str) -> int | None:
    while node is not None:
        node = node.next if way == "next" else node.prev
        if node is not None and node.is_element_node:
            return node.mem_id
    return None
