import asyncio
from collections.abc import Mapping

import pytest

from pipeline.web.answer import Answer
from pipeline.web.site_signals import SiteSignals
from schemas.errors import RecordError, RecordFailed
from schemas.outcomes import Failure

SITE = "https://a.example"
TDM, AI = f"{SITE}/.well-known/tdmrep.json", f"{SITE}/ai.txt"
RESERVED = Answer(status=200, body=b'[{"location": "/", "tdm-reservation": 1}]')
# As Spawning's and Jetpack's plugins write it.
IMAGES = Answer(status=200, body=b"User-Agent: *\nDisallow: *.jpg\nDisallow: *.png\nAllow: /\n")
OURS = Answer(status=200, body=b"User-Agent: webimagetext\nDisallow: /\n")
ALL = Answer(status=200, body=b"User-Agent: *\nDisallow: *.jpg\nDisallow: /\nDisallow: *\n")
TDM_SIGNAL, AI_SIGNAL = "tdmrep.json:tdm-reservation=1", "ai.txt:disallow"


def ask(
    answers: Mapping[str, Answer | RecordError], *urls: str
) -> tuple[list[tuple[str, ...]], list[str]]:
    asked: list[str] = []

    async def get(url: str) -> Answer:
        asked.append(url)
        await asyncio.sleep(0)
        found = answers.get(url, Answer(status=404))
        if isinstance(found, RecordError):
            raise found
        return found

    async def run() -> list[tuple[str, ...]]:
        site = SiteSignals(get, "webimagetext")
        try:
            return await asyncio.gather(*(site.signals(url) for url in urls))
        finally:
            await site.close()

    return asyncio.run(run()), asked


@pytest.mark.parametrize(
    ("answers", "path", "signals"),
    [
        ({}, "/x.jpg", ()),
        ({TDM: RESERVED}, "/x.jpg", (TDM_SIGNAL,)),
        ({AI: IMAGES}, "/x.jpg", (AI_SIGNAL,)),
        ({AI: IMAGES}, "/X.JPG", (AI_SIGNAL,)),
        ({AI: IMAGES}, "/x.webp", ()),
        ({AI: ALL}, "/x.webp", (AI_SIGNAL,)),
        ({AI: ALL, TDM: RESERVED}, "/", (AI_SIGNAL, TDM_SIGNAL)),
        ({AI: Answer(status=200, body=b"User-Agent: x\nDisallow: /")}, "/x.jpg", ()),
        ({AI: OURS}, "/", (AI_SIGNAL,)),
        ({AI: Answer(status=200, body=b"# About our site\n\nPlease cite us."),
          TDM: Answer(status=200, body=b"<!doctype html>")}, "/x.jpg", ()),
        ({AI: Answer(status=302, headers=(("Location", "https://b.example/ai"),)),
          "https://b.example/ai": ALL}, "/x", (AI_SIGNAL,)),
    ],
)  # fmt: skip
def test_what_the_files_say(
    answers: Mapping[str, Answer], path: str, signals: tuple[str, ...]
) -> None:
    assert ask(answers, SITE + path)[0] == [signals]


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(status=403),
        Answer(status=429),
        Answer(status=503),
        Answer(status=302),
        RecordFailed(Failure.DEADLINE),
        RecordFailed(Failure.CONNECT),
    ],
)
def test_a_file_that_cannot_be_had_says_nothing(trouble: Answer | RecordError) -> None:
    assert ask({TDM: trouble, AI: ALL}, f"{SITE}/x")[0] == [(AI_SIGNAL,)]
    assert ask({TDM: RESERVED, AI: trouble}, f"{SITE}/x")[0] == [(TDM_SIGNAL,)]


def test_two_requests_an_origin() -> None:
    urls = [f"{SITE}/{n}.jpg" for n in range(20)]
    found, asked = ask({TDM: RESERVED}, *urls)
    assert set(found) == {(TDM_SIGNAL,)}
    assert sorted(asked) == [TDM, AI]


def test_a_bug_reaches_the_asker() -> None:
    with pytest.raises(TypeError):
        ask({TDM: Answer(status=200, body=None)}, f"{SITE}/")  # type: ignore[arg-type]
