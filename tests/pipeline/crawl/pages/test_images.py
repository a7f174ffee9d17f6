import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.crawl.pages.images import read_images

LAZY = "<img src=data:, data-src=a.jpg alt=fox>"
COPY = "<noscript><img src=a.jpg alt=fox></noscript>"


def srcs(html: str) -> list[str]:
    images = read_images((node, None) for node in LexborHTMLParser(f"<body>{html}").css("img"))
    return [image.src for image in images]


@pytest.mark.parametrize(
    "html",
    [
        f"{LAZY}{COPY}",
        f"{COPY}\n<!-- x -->{LAZY}",
        f"<a href=x><picture>{LAZY}</picture></a>{COPY}",
        f"<img src=data:, alt=fox>{COPY}",  # its address is in the copy alone
        f"<img alt=fox>{COPY}",
        f"<img src=data:,>{COPY}",
        f"<img src=blank.gif>{COPY}",
        f"<img src=data:, data-src=small.jpg alt=fox>{COPY}",  # the same words beside each other
        f"<img src=data:, data-srcset='a.jpg 2x, b.jpg 1x'>{COPY}",
    ],
)
def test_a_lazy_image_and_its_copy_are_one_picture(html: str) -> None:
    assert srcs(html) == ["a.jpg"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<img src=b.jpg alt=cat>{COPY}", ["b.jpg", "a.jpg"]),
        (f"<p>{LAZY}</p><p>far</p>{COPY}", ["a.jpg", "a.jpg"]),
        (
            "<img src=data:,><noscript><img src=//b.scorecardresearch.com/p?c1=2></noscript>",
            ["data:,", "//b.scorecardresearch.com/p?c1=2"],
        ),
        ("<img src=data:,><noscript><img width=1 height=1 src=c></noscript>", ["data:,", "c"]),
        (f"{COPY}{COPY}", ["a.jpg", "a.jpg"]),
        (COPY, ["a.jpg"]),
        ("<img src=a.jpg><noscript><img></noscript>", ["a.jpg", ""]),
    ],
)  # fmt: skip
def test_other_images_in_noscript_are_their_own(html: str, expected: list[str]) -> None:
    assert srcs(html) == expected
