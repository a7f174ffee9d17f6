from pipeline.crawl.pages.page_nodes import parse_page


def test_each_element_is_with_its_kind() -> None:
    nodes = parse_page(
        b"<base target=x><base href=/b/><base href=/c/><meta name=a content=b><meta name=c>"
        b"<link rel=canonical href=/d><link rel=x><a rel=license href=/l>x</a><a href=/m>x</a>"
        b"<script type=application/LD+json>{}</script><script>no</script>"
        b"<img src=1><h2>H</h2><template><img src=no></template><img src=2>",
        headings=True,
    )

    assert nodes.base == "/b/"
    assert nodes.metas == [{"name": "a", "content": "b"}]
    assert nodes.links == [{"rel": "canonical", "href": "/d"}]
    assert nodes.anchors == [{"rel": "license", "href": "/l"}]
    assert nodes.json_ld == ["{}"]
    assert [
        (node.attributes["src"], heading and heading.text()) for node, heading in nodes.images
    ] == [
        ("1", None),
        ("2", "H"),
    ]


def test_headings_are_left_alone_unless_asked_for() -> None:
    nodes = parse_page(b"<h2>H</h2><img src=1>", headings=False)

    assert nodes.images[0][1] is None
