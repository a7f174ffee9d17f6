import base64
import hashlib
import json
import re
from html.parser import HTMLParser

from dedup.contamination.accuracy import Answer
from dedup.contamination.appendix import appendix
from dedup.contamination.between import Between
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import Evidence
from dedup.contamination.gallery import benchmark_thumbnail, pool_thumbnail
from dedup.contamination.page import render_page
from dedup.contamination.report import make_report
from schemas.records import Match
from tests.dedup.contamination.pictures import encode, make_picture

JPEG = encode(make_picture(0), "JPEG")
HOSTILE = "\"><script>alert(1)</script><img src=https://evil.example onerror='x'>"


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


def _scripts(page):
    return re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)


def test_what_comes_from_the_web_is_escaped():
    page = _render([_match(HOSTILE, HOSTILE, benchmark=HOSTILE)], {HOSTILE: 3})
    tags = _Tags(page).tags
    assert [attrs for tag, attrs in tags if tag == "script"] == [
        {"type": "application/json", "id": "pairs"},
        {},
    ]
    assert not [tag for tag, _ in tags if tag in {"img", "a", "link", "iframe"}]
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    assert json.loads(_scripts(page)[0])["pairs"][0]["benchmark_key"] == HOSTILE


def test_page_loads_nothing_and_lets_the_browser_run_its_own_script_alone():
    match = _match("k", "p")
    thumbnails = {benchmark_thumbnail(match): JPEG, pool_thumbnail(match): JPEG}
    page = _render([match], thumbnails=thumbnails)
    tags = _Tags(page).tags
    pairs, script = _scripts(page)
    assert all(uri.startswith("data:image/jpeg;base64,") for uri in json.loads(pairs)["pictures"])
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = next(attrs["content"] for tag, attrs in tags if "http-equiv" in attrs)
    assert policy == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not [attrs for _, attrs in tags if {"href", "src"} & set(attrs)]


def test_evidence_stands_on_the_page():
    evidence = Evidence(
        answers={"cats": {"k": Answer(is_correct=True), "j": Answer(is_correct=False)}},
        calibration={"cats": DetectorRates(found=90, planted=100, hits=1, queries=1000)},
        verdicts={("cats", "k", "p"): "same"},
    )
    match = _match("k", "p")
    labels = {("cats", "k"): "tabby cat", ("cats", "j"): "dog"}
    report = make_report(
        [match],
        {"cats": 2},
        9,
        6,
        evidence=evidence,
        labels=labels,
        captions={"p": "A Tabby-Cat at home"},
    )
    page = render_page(report, [match], {}, evidence.verdicts)
    for text in (
        "Corrected for what",
        "90 of 100",
        "What it does to accuracy",
        "1 of 1 pairs judged",
        "1 of 1 matched pairs says the label",
        "Overlap by class",
        "tabby cat",
        '"verdict": "same"',
    ):
        assert text in page


def test_figures_interval_and_limits_stand_on_the_page():
    page = _render([_match("k", "p"), _match("j", "q", 0)], undecodable={"cats": 2})
    for text in (
        "0.20 %",
        "0.02 % to 0.72 %",
        "https://example.com/p",
        "sampling error only",
        "mirrored",
        "2 test images could not be decoded",
        "Overlap against the limit",
    ):
        assert text in page.replace("\N{NO-BREAK SPACE}", " ")


def test_benchmark_that_was_not_found_says_what_may_still_be_there():
    page = _render([], {"digits": 1000})
    assert "No test image was found" in page
    assert "0.37\N{NO-BREAK SPACE}%" in page


def test_report_without_benchmarks_is_a_page():
    assert "0 benchmarks" in render_page(make_report([], {}, 0, 6), [], {})


def test_equal_arguments_give_equal_pages():
    matches = [_match("k", "p"), _match("j", "q", 0)]
    assert _render(matches) == _render(list(reversed(matches)))


def test_the_page_tells_of_the_search_that_was_done():
    match = _match("k", "p")
    by_hash = render_page(make_report([match], {"cats": 9}, 9, 6), [match], {})
    assert "A hash finds fewer of the altered copies" in by_hash
    assert "Aligned only" not in by_hash
    aligned = make_report(
        [match], {"cats": 9, "dogs": 9}, 9, 6, min_scores={"cats": 0.77, "dogs": 0.8}
    )
    page = render_page(aligned, [match], {})
    assert "A hash finds fewer" not in page
    assert "with a score of at least 0.77, 0.8" in page
    assert page.count("Aligned only") == 3
    assert "Least score of an aligned pair: 0.77" in page


def test_copies_among_benchmarks_are_a_matrix():
    pair = Between(_match("k", "j"), "dogs")
    report = make_report([], {"cats": 4, "dogs": 9}, 9, 6, between=[pair, pair])
    assert report["between"]["cats"]["dogs"] == {"images": 1, "pairs": 2}
    page = render_page(report, [], {})
    assert "Copies within and between the benchmarks" in page
    assert "25.0\N{NO-BREAK SPACE}%" in page
    assert "| cats | 0 | 1 |" in appendix(report)
