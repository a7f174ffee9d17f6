"""The demo's HTML: pages, their links, and images in every way that a URL is written."""

from dataclasses import dataclass
from enum import Enum
from html import escape
from urllib.parse import quote

from demo.routes import AUTHORITY, ORIGIN

_HTML = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="{charset}">
<title>{title}</title>
{head}</head>
<body>
<h1>{title}</h1>
{images}
<nav>
{links}
</nav>
</body>
</html>
"""


class UrlStyle(Enum):
    """How a page writes the URLs of its images."""

    ROOT = "root"  # /img/a.jpg
    RELATIVE = "relative"  # ../img/a.jpg, from a page one folder down
    ABSOLUTE = "absolute"
    PROTOCOL_RELATIVE = "protocol_relative"
    BASE = "base"  # a.jpg, under <base href=".../img/">


@dataclass(frozen=True, slots=True, kw_only=True)
class Img:
    """One `<img>`: None for an attribute that it lacks; a `src` from the root begins with `/`."""

    src: str | None
    alt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlPage:
    """One page of the site.

    Attributes:
        path: From the root, such as `/en/page-03.html`.
        links: Paths of other pages, in page order.
        head: More lines for `<head>`.
        declare_charset: Whether the HTTP header names the charset too.
    """

    path: str
    language: str
    title: str
    images: tuple[Img, ...] = ()
    links: tuple[str, ...] = ()
    head: str = ""
    charset: str = "utf-8"
    declare_charset: bool = True
    style: UrlStyle = UrlStyle.ROOT


def render(page: HtmlPage) -> str:
    """Returns the page's HTML, with `ORIGIN` and `AUTHORITY` where the server's address is due."""
    base = f'<base href="{ORIGIN}/img/">\n' if page.style is UrlStyle.BASE else ""
    return _HTML.format(
        language=page.language,
        charset=page.charset,
        title=escape(page.title),
        head=base + page.head,
        images="\n".join(_render_image(image, page.style) for image in page.images),
        links="\n".join(f'<a href="{quote(link)}">{escape(link)}</a>' for link in page.links),
    )


def _render_image(image: Img, style: UrlStyle) -> str:
    source = None if image.src is None else _write_url(image.src, style)
    attributes = [
        f'{name}="{escape(value)}"'
        for name, value in (("src", source), ("alt", image.alt))
        if value is not None
    ]
    return f"<p><img {' '.join(attributes)}></p>" if attributes else "<p><img></p>"


def _write_url(src: str, style: UrlStyle) -> str:
    if not src.startswith("/"):
        return src
    match style:
        case UrlStyle.RELATIVE:
            return f"..{src}"
        case UrlStyle.ABSOLUTE:
            return f"{ORIGIN}{src}"
        case UrlStyle.PROTOCOL_RELATIVE:
            return f"//{AUTHORITY}{src}"
        case UrlStyle.BASE if src.startswith("/img/"):
            return src.removeprefix("/img/")
        case _:
            return src
