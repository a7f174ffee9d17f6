from dataclasses import replace

from pipeline.download.ask_sites import Said, ask_sites
from pipeline.web.options import WebOptions
from schemas.errors import RecordError
from tests.samples import make_candidate
from tests.servers import Answer, Site, serve

ROBOTS = b"User-agent: *\nDisallow: /private/\nContent-Usage: /reserved/ train-ai=n\n"


def ask(site: Site, *paths: str, obey: tuple[str, ...] = ()) -> list[object]:
    web = WebOptions(
        user_agent="test", product_token="webimagetext", obey=obey, allow_address=(site.address,)
    )
    urls = [path if "://" in path else f"{site.origin}{path}" for path in paths]
    candidates = [make_candidate(number, url=url) for number, url in enumerate(urls)]
    said = ask_sites(candidates, web, concurrency=2)
    return [word(said[candidate.uid]) for candidate in candidates]


def word(said: Said) -> object:
    return said.outcome if isinstance(said, RecordError) else said


def test_robots_decide_and_the_images_are_not_asked_for() -> None:
    with serve({"/robots.txt": Answer(ROBOTS)}) as site:
        assert ask(site, "/a.jpg", "/private/b.jpg", "/c.jpg") == [(), "robots", ()]
        assert "/robots.txt" in site.asked
        assert not any(path.endswith(".jpg") for path in site.asked)


def test_a_sites_reservation_is_told_and_obeyed_where_the_recipe_says_so() -> None:
    with serve({"/robots.txt": Answer(ROBOTS)}) as site:
        assert ask(site, "/reserved/a.jpg") == [("robots:train-ai=n",)]
        assert ask(site, "/reserved/a.jpg", obey=("train-ai=n",)) == ["opt_out"]


def test_what_cannot_be_reached_or_may_not_be_is_said_so() -> None:
    with serve({}) as site:
        urls = ("http://nohost.invalid/a.jpg", "http://127.0.0.9/a.jpg", "file:///etc/hostname")
        assert ask(site, *urls, "/a.jpg") == ["dns", "address", "scheme", ()]


def test_nobody_is_nothing() -> None:
    web = WebOptions(user_agent="test", product_token="webimagetext")
    assert ask_sites([], replace(web, robots=False), concurrency=8) == {}
