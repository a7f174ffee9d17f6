import json
from xml.etree import ElementTree

from pipeline.queries.report import count_rows, make_report, rank_svg, render_page, report_json

BEFORE = {"the": 900, "photo": 90, "<b>boat</b>": 10}
AFTER = {"the": 50, "photo": 40, "<b>boat</b>": 10}
ROWS = count_rows(BEFORE, AFTER, 30)
REPORT = make_report(ROWS, max_pairs=30, pairs=(1200, 950, 60), list_size=7)


def test_rows_begin_with_the_most_frequent_query_and_hold_its_chance() -> None:
    assert [row["query"] for row in ROWS] == ["the", "photo", "<b>boat</b>"]
    assert [row["probability"] for row in ROWS] == [30 / 900, 30 / 90, 1.0]
    assert count_rows({"a": 2}, {}, 1)[0]["after"] == 0


def test_head_and_tail_are_told_apart() -> None:
    assert REPORT["queries"] == {"list": 7, "matched": 3, "above_max": 2}
    assert REPORT["head_share"] == {"before": 0.99, "after": 0.9}
    assert REPORT["tail_share"]["before"] == 0.01
    assert json.loads(report_json(REPORT)) == REPORT


def test_the_page_escapes_queries_and_the_plot_is_an_svg_of_its_own() -> None:
    page = render_page(REPORT, ROWS)
    assert "<b>boat" not in page
    assert "&lt;b&gt;boat" in page
    assert "<script" not in page
    assert ElementTree.fromstring(rank_svg(ROWS, 30)).tag.endswith("svg")


def test_a_run_without_any_match_has_a_report_too() -> None:
    report = make_report([], max_pairs=30, pairs=(0, 0, 0), list_size=7)
    assert report["head_share"] == {"before": 0.0, "after": 0.0}
    assert "0</strong> were kept" in render_page(report, [])
