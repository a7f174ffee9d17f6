import json
import random

import pytest

from dedup.contamination.report import make_report, report_json
from dedup.contamination.statistics import overlap_interval
from dedup.phash_value import PHASH_VERSION
from schemas.records import Match


def _match(key, pool_key, method="phash", benchmark="cats"):
    return Match(
        benchmark=benchmark,
        benchmark_key=key,
        uid=None,
        pool_key=pool_key,
        url=None,
        method=method,
        distance=0 if method == "sha256" else 2,
    )


MATCHES = [
    _match("1", "p"),
    _match("1", "q", "sha256"),
    _match("2", "p"),
    _match("2", "r"),
    _match("3", "s", "sha256"),
]


def test_report_is_the_contracts():
    report = make_report(MATCHES, {"cats": 10, "dogs": 4}, 1000, 6, {"dogs": 1, "cats": 0})
    assert report == {
        "pool": {"samples": 1000},
        "benchmarks": {
            "cats": {
                "images": 10,
                "overlap": 3,
                "overlap_rate": 0.3,
                "ci95": list(overlap_interval(3, 10)),
                "pool_matches": 4,
                "methods": {"sha256": 2, "phash": 1},
                "max_distance": 6,
            },
            "dogs": {
                "images": 4,
                "overlap": 0,
                "overlap_rate": 0.0,
                "ci95": list(overlap_interval(0, 4)),
                "pool_matches": 0,
                "methods": {"sha256": 0, "phash": 0},
                "max_distance": 6,
                "undecodable": 1,
            },
        },
        "median_overlap_rate": 0.15,
        "mean_overlap_rate": 0.15,
        "hash": {"algorithm": "phash64", "version": PHASH_VERSION},
    }


def test_order_of_matches_and_benchmarks_does_not_change_the_file():
    shuffled = random.Random(0).sample(MATCHES, len(MATCHES))
    one = report_json(make_report(MATCHES, {"cats": 10, "dogs": 4}, 9, 6))
    other = report_json(make_report(shuffled, {"dogs": 4, "cats": 10}, 9, 6))
    assert one == other
    assert json.loads(one)["pool"] == {"samples": 9}


def test_match_of_an_unknown_benchmark_is_a_bug():
    with pytest.raises(KeyError):
        make_report([_match("1", "p", benchmark="birds")], {"cats": 1}, 1, 6)
