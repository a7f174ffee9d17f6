import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.wat_json import _read_whole, read_wat_json
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from tests.pipeline.crawl.wats import URL, image, wat_json

HEAD = {"Base": "http://b.org/", "Metas": [{"name": "robots", "content": "noai"}]}
HEADERS = {"Server": "x", "Set-Cookie": ["a", "b"]}
LINKS = [{"path": "A@/href", "url": "/"}, image("a.jpg", alt="a fox"), image("b.jpg")]


def test_parts_that_count_are_read() -> None:
    page = read_wat_json(wat_json(LINKS, HEAD, HEADERS).encode())

    assert page is not None
    assert page.record["WARC-Target-URI"] == URL
    assert page.status == "200"
    assert page.headers == (("Server", "x"), ("Set-Cookie", "a"), ("Set-Cookie", "b"))
    assert page.head == HEAD
    assert page.images == (LINKS[1], LINKS[2])


@pytest.mark.parametrize(
    "text",
    [
        wat_json(LINKS[:1], HEAD),
        wat_json([]),
        json.dumps({"Envelope": {"Payload-Metadata": {"HTTP-Request-Metadata": {}}}}),
        "{}",
    ],
)
def test_record_of_no_page_with_an_image_is_none(text: str) -> None:
    assert read_wat_json(text.encode()) is None


def test_missing_links_leave_the_shared_image() -> None:
    """Case 65."""
    head = {"Metas": [{"property": "og:image", "content": "a.jpg"}]}
    text = wat_json([], head).replace(',"Links":[]', "")
    page = read_wat_json(text.encode())

    assert page is not None
    assert (page.images, page.head) == ((), head)


def test_licence_is_read_wherever_a_link_names_it() -> None:
    links = [
        *LINKS,
        {"path": "A@/href", "url": "/by", "rel": "License nofollow"},
        {"path": "A@/href", "url": "/license", "rel": "help", "text": "our license"},
    ]
    head = {"Link": [{"path": "LINK@/href", "url": "/cc0", "rel": "license"}]}
    page = read_wat_json(wat_json(links, head).encode())

    assert page is not None
    assert page.licences == ("/cc0", "/by")
    assert len(page.images) == 2


@pytest.mark.parametrize("text", ["", "not JSON", "[]", '{"a":', '"text"', "null"])
def test_line_that_is_no_json_object_fails(text: str) -> None:
    """Case 65."""
    with pytest.raises(RecordFailed) as failed:
        read_wat_json(text.encode())
    assert failed.value.outcome == Failure.ROW


@pytest.mark.parametrize(
    "text",
    [
        '{"HTML-Metadata":{"Links":[{"path":"IMG@/src","url":}',
        '{"HTML-Metadata":' + "[" * 100_000 + '{"path":"IMG@/src"}',
    ],
)
def test_broken_json_with_an_image_fails_and_never_raises(text: str) -> None:
    with pytest.raises(RecordFailed):
        read_wat_json(text.encode())


@pytest.mark.parametrize("value", [None, [], "x", 7, {"a": [None]}])
@pytest.mark.parametrize("name", ["Links", "Head", "Headers", "Response-Message"])
def test_field_of_another_type_counts_as_missing(name: str, value: object) -> None:
    found = json.loads(wat_json(LINKS, HEAD, HEADERS))
    answer = found["Envelope"]["Payload-Metadata"]["HTTP-Response-Metadata"]
    (answer["HTML-Metadata"] if name in ("Links", "Head") else answer)[name] = value
    text = json.dumps(found, separators=(",", ":"))
    page = read_wat_json((text[:-1] + ',"x":{"path":"IMG@/src"}}').encode())

    assert page is not None


TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(
    ['"path":"IMG@/src"', '{"path":"IMG@/', "}", '\\"', '"Headers":{', '"license"', "\ud800"]
)


@given(alts=st.lists(TEXTS, max_size=4), escapes=st.booleans(), spaces=st.booleans())
def test_parts_are_what_the_whole_json_says(alts: list[str], escapes: bool, spaces: bool) -> None:
    """Whatever texts hold, and whoever wrote the record."""
    links = [image(f"{n}.jpg", alt=alt, title=alt) for n, alt in enumerate(alts)]
    found = json.loads(wat_json([*LINKS, *links], HEAD, HEADERS))
    text = json.dumps(
        found, ensure_ascii=escapes, separators=(", ", ": ") if spaces else (",", ":")
    )
    block = text.encode("utf-8", "replace")
    page = read_wat_json(block)
    whole = _read_whole(block.decode())

    assert page == whole
    assert page is not None
    assert len(page.images) == 2 + len(alts)
