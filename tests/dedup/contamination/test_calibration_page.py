from html.parser import HTMLParser

from dedup.contamination.calibration import Calibrations, Wanted, calibrate
from dedup.contamination.calibration_page import ORIGINAL, render_calibration

SCORES = [-1.0, 0.4, 0.5, 0.55, 0.6]
NAME = "<script>alert(1)</script>"
FOUND = Calibrations(
    pool_images=1000,
    pool_size=1_000_000,
    max_distance=6,
    benchmarks={
        NAME: calibrate(SCORES, {"grey": [1.0, -1.0], "meme": []}, Wanted(), 1000),
        "index": calibrate(SCORES, {}, Wanted(), 1000),
    },
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


def test_names_are_text_and_nothing_is_loaded() -> None:
    page = render_calibration(FOUND, {})
    tags = _Tags()
    tags.feed(page)
    assert "script" not in tags.seen
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_recall_threshold_and_what_was_planted_are_shown() -> None:
    examples = {(NAME, ORIGINAL): b"as it was", (NAME, "grey"): b"grey"}
    page = render_calibration(FOUND, examples)
    assert "1 of 2" in page
    assert page.count("data:image/jpeg;base64,") == 2
    assert ">meme<" not in page  # nothing planted
    assert "extrapolated" in page
    assert "A saved index holds no pixels" not in page
    assert "a saved index holds no pixels to alter" in page


def test_equal_calibrations_give_equal_pages() -> None:
    assert render_calibration(FOUND, {}) == render_calibration(FOUND, {})
