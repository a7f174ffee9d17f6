import json

import pytest

from dedup.contamination import gallery
from dedup.contamination.gallery import (
    benchmark_thumbnail,
    make_gallery,
    pool_thumbnail,
    shown_matches,
)
from schemas.records import Match


def _match(key, pool_key, benchmark="cats", distance=2):
    return Match(
        benchmark=benchmark,
        benchmark_key=key,
        uid=None,
        pool_key=pool_key,
        url=None,
        method="phash",
        distance=distance,
    )


def test_best_pair_of_each_image_comes_first_and_benchmarks_take_turns(monkeypatch):
    monkeypatch.setattr(gallery, "MAX_PAIRS_SHOWN", 5)
    crowd = [_match("a", f"p{number}") for number in range(9)]
    shown = shown_matches([*crowd, _match("z", "far", distance=6), _match("x", "q", "dogs")])
    assert [(m.benchmark, m.benchmark_key) for m in shown] == [
        ("cats", "a"),
        ("dogs", "x"),
        ("cats", "z"),
        ("cats", "a"),
        ("cats", "a"),
    ]


def test_picture_of_many_pairs_is_held_once():
    matches = [_match("a", "p"), _match("a", "q")]
    thumbnails = {benchmark_thumbnail(matches[0]): b"b", pool_thumbnail(matches[1]): b"q"}
    data = json.loads(make_gallery(matches, thumbnails, {}).data)
    assert len(data["pictures"]) == 2
    assert [pair["pictures"] for pair in data["pairs"]] == [[0, None], [0, 1]]


@pytest.mark.parametrize(("limit", "shown"), [(19, 1), (20, 2)])
def test_pictures_are_bounded_in_bytes(monkeypatch, limit, shown):
    monkeypatch.setattr(gallery, "MAX_PICTURE_BYTES", limit)
    matches = [_match("a", "p"), _match("b", "q")]
    thumbnails = {pool_thumbnail(match): b"0123456789" for match in matches}
    assert make_gallery(matches, thumbnails, {}).shown["cats"] == shown


def test_data_ends_no_script():
    hostile = "</script><!--&\u2028"
    text = make_gallery([_match(hostile, "p")], {}, {}).data
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["pairs"][0]["benchmark_key"] == hostile
