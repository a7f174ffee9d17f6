import pytest

from pipeline.web.validators import Conditions, Validators, read_validators

DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("ETag", '"a"'), ("Last-Modified", DATE)], ('"a"', DATE)),
        ([("etag", 'W/"a"')], ('W/"a"', None)),
        ([("ETag", '"first"'), ("ETag", '"second"')], ('"first"', None)),
        ([("ETag", "bare")], (None, None)),
        ([("ETag", '"broken')], (None, None)),
        ([("ETag", '"a" "b"')], (None, None)),
        ([("ETag", '"caf\xe9"')], (None, None)),
        ([("ETag", '"' + "x" * 2000 + '"')], (None, None)),
        ([("Last-Modified", "yesterday")], (None, None)),
        ([("Last-Modified", "0")], (None, None)),
        ([], (None, None)),
    ],
)
def test_only_what_can_be_sent_back_is_kept(
    headers: list[tuple[str, str]], expected: tuple[str | None, str | None]
) -> None:
    assert read_validators(headers) == Validators(*expected)


def test_conditions_are_for_one_url() -> None:
    url = "http://e.org/a.jpg"
    both = Conditions(url=url, validators=Validators('"a"', DATE))
    assert both.headers(url) == {"If-None-Match": '"a"', "If-Modified-Since": DATE}
    assert both.headers("http://e.org/b.jpg") == {}
    assert Conditions(url=url, validators=Validators('"a"')).headers(url) == {
        "If-None-Match": '"a"'
    }
