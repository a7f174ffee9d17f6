import pytest

from filters.privacy.emails import find_emails


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("mail a.b+c@example.org now", "a.b+c@example.org"),
        ("(info@web.de)", "info@web.de"),
        ("mailto:jane@uni-köln.de.", "jane@uni-köln.de"),
        ("JANE@EXAMPLE.CO.UK", "JANE@EXAMPLE.CO.UK"),
        ("jane [at] example [dot] org", "jane [at] example [dot] org"),
        ("jane(at)example.org", "jane(at)example.org"),
        ("o'brien@example.ie,", "o'brien@example.ie"),
        ("jane[AT]example [dot] biz. Write soon", "jane[AT]example [dot] biz"),
        ("jane at example dot org", "jane at example dot org"),
        ("jane AT example.org", "jane AT example.org"),
        ("jane@ example.org", "jane@ example.org"),
        ("jane\uff20example.org", "jane\uff20example.org"),
    ],
)
def test_addresses_are_found_whole(text: str, address: str) -> None:
    (span,) = find_emails(text)
    assert text[span.start : span.end] == address


@pytest.mark.parametrize(
    "text",
    [
        "logo@2x.png",
        "follow @jane.doe on the web",
        "no-reply at example.org",
        "4 apples @ 2.50 each",
        "user@localhost",
        "cat (at home) with a dog.",
        "the meeting [at] noon",
        "@",
        "a@b@c",
        "seen at example.org in May",
        "look at the dot on the map",
        "LIVE AT THE Roxy.",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert list(find_emails(text)) == []


def test_a_long_run_of_letters_takes_no_long_time() -> None:
    assert list(find_emails("a" * 50_000 + "@" + "a." * 20_000)) == []
