import io
from collections import Counter

import pytest
from PIL import Image

from demo.faults import CRAWL_FAULTS, LARGE_BYTES, TEXT_FAULTS, image_faults
from demo.pictures import encode, paint
from schemas.errors import RecordRejected
from schemas.outcomes import Failure, Reject
from schemas.uid import clean_text, resolve_url

FAULTS = list(image_faults(encode(paint("sea", 0), "jpg")))


def test_each_text_breaks_its_rule_and_none_before_it():
    for text, outcome in TEXT_FAULTS:
        clean = clean_text(text)
        assert (len(clean) < 6) == (outcome == Reject.TEXT_TOO_SHORT)
        assert (len(clean) > 1000) == (outcome == Reject.TEXT_TOO_LONG)
        if 6 <= len(clean) <= 1000:
            assert (len(clean.split()) < 2) == (outcome == Reject.TOO_FEW_WORDS)
            assert (len(clean.split()) > 256) == (outcome == Reject.TOO_MANY_WORDS)


@pytest.mark.parametrize(
    ("src", "outcome"),
    [(src, o) for src, _, o in CRAWL_FAULTS if o in (Reject.URL, Reject.SCHEME)],
)
def test_bad_addresses_are_refused_for_their_reason(src, outcome):
    with pytest.raises(RecordRejected) as refused:
        resolve_url(src.replace("{authority}", "127.0.0.1:80"), "http://127.0.0.1:80/en/")
    assert refused.value.outcome == outcome


def test_half_a_picture_has_a_header_and_no_whole_body():
    half = [f for f in FAULTS if f.outcome == Failure.DECODE]
    assert len(half) == 2
    for fault in half:
        image = Image.open(io.BytesIO(fault.body))
        with pytest.raises(OSError, match="truncated"):
            image.load()


def test_large_body_is_over_the_recipes_limit():
    [large] = [f for f in FAULTS if f.outcome == Failure.TOO_LARGE]
    assert len(large.body) == LARGE_BYTES > 2_000_000


def test_paths_differ_and_only_two_are_slow():
    assert len({f.path for f in FAULTS}) == len(FAULTS)
    assert Counter(f.outcome for f in FAULTS)[Failure.DEADLINE] == 2
