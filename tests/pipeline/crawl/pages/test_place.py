from pipeline.crawl.pages.place import MAX_LEVELS, find_place
from tests.pipeline.crawl.pages.made_pages import node_of


def test_link_figure_and_noscript_around_an_image_are_found() -> None:
    html = "<figure><a href=x><noscript><div><img src=a></div></noscript></a></figure>"
    place = find_place(node_of(html))

    assert place.link is not None
    assert place.figure is not None
    assert place.noscript is not None
    assert place.top.tag == "img"


def test_top_is_what_stands_in_the_block() -> None:
    assert find_place(node_of("<p>a <a href=x><span><img src=a></span></a> b</p>")).top.tag == "a"


def test_what_is_around_the_article_is_not_around_its_images() -> None:
    html = "<figure><article><p><img src=a></p></article></figure>"
    assert find_place(node_of(html)).figure is None


def test_the_walk_ends() -> None:
    html = "<figure>" + "<div>" * MAX_LEVELS + "<img src=a>"
    assert find_place(node_of(html)).figure is None
