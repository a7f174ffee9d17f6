"""The language that a page says it is in: a hint about the texts of its pictures.

HTML says that `lang` of the root element wins, then the last `content-language` of the page, then
the header (WHATWG, "the lang and xml:lang attributes"); Open Graph's locale comes last.
"""

from collections.abc import Iterable, Iterator, Mapping

from filters.language_codes import UNKNOWN, is_code, language_code

Attributes = Mapping[str, str | None]


def page_language(
    html: Attributes, metas: Iterable[Attributes], headers: Iterable[tuple[str, str]]
) -> str | None:
    """Returns the code of the language, None if the page names none or several.

    Args:
        html: Attributes of the root element, if they are known.
        metas: Attributes of `<meta content>`, in page order.
        headers: HTTP response headers.
    """
    for tag in _tags(html, list(metas), headers):
        code = language_code(tag)
        if code != UNKNOWN and is_code(code):
            return code
    return None


def _tags(
    html: Attributes, metas: list[Attributes], headers: Iterable[tuple[str, str]]
) -> Iterator[str]:
    yield html.get("lang") or html.get("xml:lang") or ""
    for meta in reversed(metas):
        if (meta.get("http-equiv") or "").lower() == "content-language":
            yield _single(meta.get("content"))
    for name, value in headers:
        if name.lower() == "content-language":
            yield _single(value)
    for meta in metas:
        if meta.get("property") == "og:locale":
            yield meta.get("content") or ""


def _single(tags: str | None) -> str:
    """Returns the one tag of a list; of several languages none is the page's."""
    return "" if not tags or "," in tags else tags
