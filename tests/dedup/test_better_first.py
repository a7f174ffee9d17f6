import itertools

from dedup.better_first import PLACES, better_caption_first, better_first
from pipeline.crawl.options import TEXT_SOURCES
from tests.samples import make_candidate, make_pair


def captioned(number: int, text: str, source: str = "alt", **changes: object):
    candidate = make_candidate(number, text=text, text_source=source)
    return make_pair(number, candidate=candidate, **changes)


def test_resolution_comes_before_the_caption_and_the_caption_before_the_uid() -> None:
    large = captioned(1, "a dog", original_width=500)
    scored = captioned(2, "a dog", clip_score=0.2)
    placed = captioned(3, "a brown dog runs", "alt")
    shorter = captioned(4, "a dog", "alt")
    titled = captioned(5, "a brown dog runs on a beach", "title")
    best_to_worst = [large, scored, placed, shorter, titled]
    for shuffled in itertools.permutations(best_to_worst):
        assert sorted(shuffled, key=better_first) == best_to_worst


def test_the_smaller_uid_decides_between_equals() -> None:
    pairs = [captioned(n, "a dog", original_width=100, original_height=100) for n in range(4)]
    assert min(pairs, key=better_first).uid == min(pair.uid for pair in pairs)


def test_a_low_score_is_better_than_none() -> None:
    low, none = captioned(1, "a", clip_score=-0.9), captioned(2, "a b c")
    assert better_caption_first(low) < better_caption_first(none)


def test_words_count_once_and_no_more_than_the_encoder_reads() -> None:
    said, repeated = captioned(1, "a dog"), captioned(2, "A dog a DOG dog")
    assert better_caption_first(said) == better_caption_first(repeated)
    long, longer = (captioned(n, " ".join(f"w{i}" for i in range(50 * n))) for n in (1, 2))
    assert better_caption_first(long) == better_caption_first(longer)


def test_places_are_in_the_order_of_the_crawl() -> None:
    assert PLACES == TEXT_SOURCES
