from hypothesis import given
from hypothesis import strategies as st

from dedup.text_keys import host_text_key, text_key, url_key
from tests.samples import make_candidate


def test_texts_are_told_apart_and_images_do_not_matter() -> None:
    assert text_key(make_candidate(1, text="cat")) == text_key(make_candidate(2, text="cat"))
    assert text_key(make_candidate(1, text="cat")) != text_key(make_candidate(1, text="Cat"))


def test_a_host_is_that_of_the_page_and_of_a_list_that_of_the_image() -> None:
    first = make_candidate(1, text="cat", page_url="http://a.org/1")
    same = make_candidate(2, text="cat", page_url="https://a.org:8080/2?q")
    other = make_candidate(2, text="cat", page_url="http://b.org/2")
    listed = make_candidate(3, text="cat", url="http://a.org/3.jpg", page_url=None)
    assert host_text_key(first) == host_text_key(same) == host_text_key(listed)
    assert host_text_key(first) != host_text_key(other)


def test_an_image_is_one_however_it_was_linked() -> None:
    plain = make_candidate(1, text="cat")
    assert url_key(plain) == url_key(make_candidate(1, url=f"{plain.url}?utm_source=x", text="dog"))
    assert url_key(plain) != url_key(make_candidate(2, text="cat"))


@given(st.text(st.characters(exclude_categories=())), st.text())
def test_any_text_and_any_page_have_a_key(text: str, page: str) -> None:
    candidate = make_candidate(1).__class__(
        uid="0" * 32, url="ni:///x", text=text, text_source="list", page_url=page, source="s"
    )
    keys = {text_key(candidate), host_text_key(candidate), url_key(candidate)}
    assert {len(key) for key in keys} == {16}
