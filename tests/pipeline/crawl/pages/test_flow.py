import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.pages.flow import MAX_NODES, Way, text_from, text_of
from tests.pipeline.crawl.pages.made_pages import node_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>plain</div>", "plain"),
        ("<div>one<b>two</b> three</div>", "onetwo three"),
        ("<div><p>one</p><p>two</p></div>", "one two"),
        ("<div>one<br>two</div>", "one two"),
        ("<div><p>one <i>t<b>w</b>o</i></p>three</div>", "one two three"),
        ("<div>a<script>b</script><style>c</style><!--d--><svg><text>e</text></svg>f</div>", "af"),
        ("<div></div>", ""),
    ],
)
def test_text_reads_as_on_the_page(html: str, text: str) -> None:
    assert " ".join(text_of(node_of(html, "div")).split()) == text


def test_text_before_a_node_is_read_back_to_front_and_comes_out_in_order() -> None:
    image = node_of("<div><h2>no</h2><p>one <b>two</b></p>three <img src=a></div>")
    text = text_from(image.prev, Way.BACK, 100, stops=frozenset({"h2"}))

    assert " ".join(text.split()) == "one two three"


def test_reading_ends_behind_enough_characters_or_nodes() -> None:
    assert text_of(node_of("<div><b>one</b><b>two</b></div>", "div"), max_chars=3) == "one"
    assert len(text_of(node_of(f"<div>{'<b>x</b>' * 1000}</div>", "div"))) <= MAX_NODES


def test_reading_never_leaves_the_parent() -> None:
    image = node_of("<section><p>a <img src=x> b</p> c</section>")

    assert text_from(image.next, Way.ON, 100).strip() == "b"
    assert text_from(image.prev, Way.BACK, 100).strip() == "a"


@given(st.lists(st.sampled_from(["a", " ", "<b>", "</b>", "<p>", "<br>", "<td>", "</p>"])))
def test_both_ways_read_the_same_words(parts: list[str]) -> None:
    node = node_of(f"<div>{''.join(parts)}</div>", "div")
    on, back = (
        text_from(child, way, 10_000)
        for child, way in ((node.first_child, Way.ON), (node.last_child, Way.BACK))
    )

    assert on.split() == back.split()
