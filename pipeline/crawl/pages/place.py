"""Where an `<img>` stands in its page: its link, figure, block and `<noscript>`, by one walk up."""

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

# Real pictures lie at most 6 levels deep in their figure and link (measured); twice that.
MAX_LEVELS = 12

# Elements that go on with the line that they stand in; every other one is a block.
INLINE = frozenset(
    {
        "a", "abbr", "acronym", "amp-img", "b", "bdi", "bdo", "big", "button", "cite", "code",
        "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "noscript",
        "picture", "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup",
        "time", "tt", "u", "var", "wbr",
    }
)  # fmt: skip


@dataclass(slots=True)
class Place:
    """What is around an image.

    Attributes:
        link: The `<a>` that it is in.
        figure: The `<figure>` that it is in.
        noscript: The `<noscript>` that it is a copy in.
        top: The outermost inline element around it: what stands in its block.
    """

    top: LexborNode
    link: LexborNode | None = None
    figure: LexborNode | None = None
    noscript: LexborNode | None = None


def find_place(image: LexborNode) -> Place:
    """Walks up from an `<img>`, as far as its own surroundings go."""
    place = Place(top=image)
    in_line = True
    node = image.parent
    for _ in range(MAX_LEVELS):
        tag = node.tag if node is not None else None
        if node is None or tag in ("body", "article", "main", "table", "html"):
            break
        if tag == "a":
            place.link = place.link or node
        elif tag == "figure":
            place.figure = node
            break
        elif tag == "noscript":
            place.noscript = node
        in_line = in_line and tag in INLINE
        if in_line:
            place.top = node
        node = node.parent
    return place
