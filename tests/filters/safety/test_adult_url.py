import pytest

from filters.safety.adult_url import AdultUrl
from schemas.outcomes import Reject, Rejection
from tests.samples import make_candidate


@pytest.mark.parametrize(
    ("url", "sign"),
    [
        ("http://a.xxx/1.jpg", ".xxx"),
        ("https://a.b.PORN:8080/1.jpg", ".porn"),
        ("http://a.com/hentai/1.jpg", "hentai"),
        ("http://best-porn.com/1.jpg", "porn"),
        ("http://a.com/x?tag=NSFW", "nsfw"),
        ("http://a.com/%70orn/1.jpg", "porn"),
        ("http://sussex.ac.uk/essex/cockpit.jpg", None),
        ("http://a.com/xxx/1.jpg", None),
        ("http://adult.com/education.jpg", None),
        ("http://a.com/webcam.cam.jpg", None),
        ("ni:///sha-256;abc", None),
    ],
)
def test_a_url_is_judged_by_whole_words(url: str, sign: str | None) -> None:
    expected = Rejection(Reject.ADULT_URL, sign) if sign else None
    assert AdultUrl()(make_candidate(1, url=url, page_url=None)) == expected
    assert AdultUrl()(make_candidate(1, page_url=url)) == expected


def test_the_lists_are_the_recipes() -> None:
    mild = AdultUrl(tlds=frozenset(), tokens=frozenset({"casino"}))
    assert mild(make_candidate(1, url="http://a.xxx/1.jpg")) is None
    assert mild(make_candidate(1, url="http://a.com/casino/1.jpg")) is not None
