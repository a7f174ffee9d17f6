"""Texts of the web on a terminal or a page: short, and with everything invisible made visible."""

MAX_CHARS = 200


def show_text(text: str, max_chars: int = MAX_CHARS) -> str:
    """Returns `text` on one line, cut to `max_chars`.

    What is not printable (controls, bidirectional marks, zero widths) is written as its number: a
    terminal would obey it, and a reader would not see it.
    """
    cut = text if len(text) <= max_chars else text[: max_chars - 1] + "…"
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in cut)
