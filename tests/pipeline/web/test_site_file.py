import asyncio
from itertools import pairwise

import pytest

from pipeline.web.answer import Answer
from pipeline.web.site_file import fetch_site_file
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject

URL = "http://a.example/file"


def to(location: str) -> Answer:
    return Answer(status=302, headers=(("Location", location),))


def fetch(answers: dict[str, Answer | RecordError]) -> tuple[Answer, list[str]]:
    asked: list[str] = []

    async def get(url: str) -> Answer:
        asked.append(url)
        found = answers.get(url, Answer(status=404))
        if isinstance(found, RecordError):
            raise found
        return found

    return asyncio.run(fetch_site_file(get, URL)), asked


def chain(length: int) -> dict[str, Answer | RecordError]:
    urls = [URL, *(f"http://b{i}.example/r" for i in range(length))]
    answers: dict[str, Answer | RecordError] = {url: to(target) for url, target in pairwise(urls)}
    return answers | {urls[-1]: Answer(status=200, body=b"x")}


@pytest.mark.parametrize("length", [0, 1, 5])
def test_catalogue_52_five_redirects_across_hosts_are_followed(length: int) -> None:
    answer, asked = fetch(chain(length))
    assert (answer.body, len(asked)) == (b"x", length + 1)


def test_catalogue_52_a_sixth_redirect_is_not() -> None:
    with pytest.raises(RecordFailed) as caught:
        fetch(chain(6))
    assert (caught.value.outcome, caught.value.detail) == ("redirects", "more than 5")


def test_an_error_of_the_first_request_is_its_own() -> None:
    with pytest.raises(RecordError) as caught:
        fetch({URL: RecordFailed(Failure.DNS)})
    assert caught.value.outcome == "dns"


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        ({URL: to("http://b.example/"), "http://b.example/": RecordFailed(Failure.DNS)}, "dns"),
        ({URL: to("http://10.0.0.1/"), "http://10.0.0.1/": RecordRejected(Reject.ADDRESS)},
         "address"),
        ({URL: to("file:///etc/passwd")}, "scheme"),
        ({URL: to("http://u:p@b.example/")}, "url"),
    ],
)  # fmt: skip
def test_redirects_that_lead_to_nothing(answers: dict[str, Answer | RecordError], end: str) -> None:
    with pytest.raises(RecordFailed) as caught:
        fetch(answers)
    assert (caught.value.outcome, caught.value.detail) == ("redirects", f"they end in {end}")


def test_a_redirect_without_a_target_is_the_answer() -> None:
    assert fetch({URL: Answer(status=302)})[0].status == 302
