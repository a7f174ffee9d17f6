from pipeline.download.body import Body
from pipeline.download.earlier import Earlier
from pipeline.web.validators import Validators
from tests.samples import make_pair


def make(**changes: object) -> Body:
    values = {
        "data": b"",
        "size": 0,
        "signals": ("robots:noai",),
        "http_status": 304,
        "final_url": "http://e.org/",
        "fetched_at": None,
    }
    return Body(**values | changes)


STORED = make_pair(
    1, bytes=77, opt_out=("header:noindex", "robots:old"), etag='"old"', last_modified="then"
)


def test_a_304_stands_for_the_earlier_answer_and_says_what_is_new() -> None:
    earlier = Earlier(sha256="0", phash=1, stored=STORED)
    body = make(validators=Validators('"new"', None)).standing_for(earlier)
    assert body.is_unchanged
    assert body.size == 77
    assert body.validators == Validators('"new"', "then")
    # The site's files were asked anew; of the headers a 304 repeats only what it must.
    assert body.signals == ("header:noindex", "robots:noai")


def test_only_a_304_is_unchanged() -> None:
    assert not make(http_status=200).is_unchanged
    assert not make(http_status=None).is_unchanged
    assert make(size=9).provenance()["bytes"] == 9
