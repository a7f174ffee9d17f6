import pytest

from pipeline.crawl.pages.image_url import image_src, is_data, is_placeholder
from tests.pipeline.crawl.pages.made_pages import node_of

GIF = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def src_of(html: str) -> str:
    node = node_of(html)
    return image_src(node, node.attributes)


@pytest.mark.parametrize(
    ("html", "src"),
    [
        ("<img src=' a.jpg '>", "a.jpg"),
        ("<img src=a.jpg srcset='b.jpg 9000w'>", "a.jpg"),  # the address that every crawl knows
        (f"<img src='{GIF}' srcset='b.jpg 1x, c.jpg 2x'>", "c.jpg"),
        ("<img srcset='b.jpg 100w, c.jpg 200w'>", "c.jpg"),
        ("<img src=/i/blank.gif srcset='b.jpg 100w'>", "b.jpg"),
        ("<img src=/i/blank.gif>", "/i/blank.gif"),
        ("<img src=/i/loading-dock.jpg srcset='b.jpg 100w'>", "/i/loading-dock.jpg"),
        (f"<img src='{GIF}'>", GIF),
        ("<img>", ""),
    ],
)
def test_a_real_src_is_kept_and_one_that_keeps_a_place_is_not(html: str, src: str) -> None:
    assert src_of(html) == src


@pytest.mark.parametrize(
    "attributes",
    [
        "data-src=b.jpg",
        "data-original=b.jpg",
        "data-lazy-src=b.jpg",
        "data-lazy=b.jpg",
        "data-srcset='a.jpg 1x, b.jpg 2x'",
        "data-lazy-srcset='b.jpg 200w, a.jpg 100w'",
        "data-src='' data-original=b.jpg",
        "data-src='{{ image }}' data-srcset='b.jpg'",
        "data-src='a_{width}x.jpg' data-srcset='b.jpg'",
        f"data-src='{GIF}' data-original=b.jpg",
    ],
)
@pytest.mark.parametrize("src", ["", f"src='{GIF}'", "src=preview.jpg", "src=/placeholder_48.png"])
def test_what_a_lazy_loader_puts_in_comes_first(attributes: str, src: str) -> None:
    assert src_of(f"<img {src} {attributes}>") == "b.jpg"


@pytest.mark.parametrize("attribute", ["data-dejavu-src", "data-src2", "data-img-src", "lazysrc"])
def test_attributes_that_nobody_knows_count_where_src_is_none(attribute: str) -> None:
    assert src_of(f"<img src=/transparent.gif {attribute}=b.jpg>") == "b.jpg"
    assert src_of(f"<img src=a.jpg {attribute}=b.jpg>") == "a.jpg"


@pytest.mark.parametrize("attribute", ["data-src=true", "data-lazy=1", "data-frz-src-array='[{}]'"])
def test_a_flag_is_no_address(attribute: str) -> None:
    assert src_of(f"<img src=a.jpg {attribute}>") == "a.jpg"


def test_picture_sources_that_can_be_decoded_stand_in_for_a_missing_src() -> None:
    sources = (
        "<source type=image/svg+xml srcset=a.svg><source type='image/jxl' srcset=a.jxl>"
        "<source type='image/webp; x' srcset='a.webp 1x, b.webp 2x'><source srcset=c.jpg>"
    )
    assert src_of(f"<picture>{sources}<img></picture>") == "b.webp"
    assert src_of(f"<picture>{sources}<img src=d.jpg></picture>") == "d.jpg"
    assert src_of("<picture><img><source srcset=a.jpg></picture>") == ""


@pytest.mark.parametrize(
    "src",
    [
        "/img/transparent.gif",
        "http://h/placeholders/placeholder_48x48.jpg",
        "http://h/lazyload-transparent-image-data.gif",
        "http://h/preloaderbig.gif",
        "image-lazy.png",
        "1x1.png",
        "blank.gif?v=3",
        "SPACER.GIF",
        "loading_32x32.gif",
    ],
)
def test_names_that_only_keep_a_place(src: str) -> None:
    assert is_placeholder(src)


@pytest.mark.parametrize(
    "src", ["unsprited/a.png", "pixel-phone.jpg", "lazy-dog.jpg", "grey-wolf.jpg", "loading", "/"]
)
def test_names_of_pictures(src: str) -> None:
    assert not is_placeholder(src)


@pytest.mark.parametrize("src", ["DATA:,", "about:blank", "javascript:0", "#"])
def test_what_is_no_address(src: str) -> None:
    assert is_data(src)
