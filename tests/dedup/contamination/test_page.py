from html.parser import HTMLParser

from dedup.contamination.page import (
    MAX_PAIRS_SHOWN,
    benchmark_thumbnail,
    pool_thumbnail,
    render_page,
    shown_matches,
)
from dedup.contamination.report import make_report
from schemas.records import Match
from tests.dedup.contamination.pictures import encode, make_picture

JPEG = encode(make_picture(0), "JPEG")
HOSTILE = "\"><script>alert(1)</script><img src=https://evil.example onerror='x'>"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def _match(key, pool_key, distance=2, benchmark="cats"):
    return Match(
        benchmark=benchmark,
        benchmark_key=key,
        uid=f"uid-{pool_key}",
        pool_key=pool_key,
        url=f"https://example.com/{pool_key}",
        method="phash" if distance else "sha256",
        distance=distance,
    )


def _render(matches, sizes=None, thumbnails=None, undecodable=None):
    sizes = sizes or {"cats": 1000}
    report = make_report(matches, sizes, 5000, 6, undecodable)
    return render_page(report, matches, thumbnails or {})


class _Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_what_comes_from_the_web_is_escaped():
    page = _render([_match(HOSTILE, HOSTILE, benchmark=HOSTILE)], {HOSTILE: 3})
    tags = _Tags(page).tags
    assert not [tag for tag, _ in tags if tag in {"script", "img", "a", "link", "iframe"}]
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]


def test_page_loads_nothing_and_says_so_to_the_browser():
    match = _match("k", "p")
    thumbnails = {benchmark_thumbnail(match): JPEG, pool_thumbnail(match): JPEG}
    tags = _Tags(_render([match], thumbnails=thumbnails)).tags
    sources = [attrs["src"] for _, attrs in tags if "src" in attrs]
    assert len(sources) == 2
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert POLICY in [attrs.get("content") for tag, attrs in tags if tag == "meta"]
    assert not [attrs for _, attrs in tags if "href" in attrs]


def test_figures_interval_and_limits_stand_on_the_page():
    page = _render([_match("k", "p"), _match("j", "q", 0)], undecodable={"cats": 2})
    for text in (
        "0.20 %",
        "0.02 % to 0.72 %",
        "phash, distance 2",
        "same bytes",
        "https://example.com/p",
        "sampling error only",
        "mirrored",
        "2 test images could not be decoded",
        "no picture at hand",
    ):
        assert text in page.replace("\N{NO-BREAK SPACE}", " ")


def test_benchmark_that_was_not_found_says_what_may_still_be_there():
    page = _render([], {"digits": 1000})
    assert "No test image was found" in page
    assert "0.37\N{NO-BREAK SPACE}%" in page


def test_report_without_benchmarks_is_a_page():
    assert "0 benchmarks" in render_page(make_report([], {}, 0, 6), [], {})


def test_best_pair_of_each_image_is_shown_first_and_the_rest_counted():
    crowd = [_match("a", f"p{number:03d}") for number in range(MAX_PAIRS_SHOWN + 5)]
    matches = [*crowd, _match("z", "only", 6)]
    shown = shown_matches(matches)
    assert len(shown) == MAX_PAIRS_SHOWN
    assert [match.benchmark_key for match in shown[:3]] == ["a", "z", "a"]
    assert f"{MAX_PAIRS_SHOWN} are shown" in _render(matches)
    assert "6 more are in" in _render(matches)


def test_equal_arguments_give_equal_pages():
    matches = [_match("k", "p"), _match("j", "q", 0)]
    assert _render(matches) == _render(list(reversed(matches)))
