import pytest

from pipeline.shards.accounting import check, num_dropped, problems, stages_of
from schemas.errors import AccountingError

COUNTS = {
    ("crawl", "in", ""): 5,
    ("crawl", "kept", ""): 3,
    ("crawl", "dropped", "no_alt"): 1,
    ("crawl", "dropped", "warc_truncated"): 1,
    ("select", "in", ""): 3,
    ("select", "kept", ""): 3,
}


def test_dropped_records_are_parted_into_rejected_and_failed() -> None:
    stages = stages_of(COUNTS)
    assert stages["crawl"] == {
        "in": 5,
        "kept": 3,
        "rejected": {"no_alt": 1},
        "failed": {"warc_truncated": 1},
    }
    assert list(stages) == ["crawl", "select"]
    assert num_dropped(stages) == 2
    check(stages)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (("crawl", "in", ""), "crawl: 6 in, but 3 kept"),
        (("crawl", "kept", ""), "crawl: 5 in, but 4 kept"),
        (("crawl", "dropped", "no_alt"), "2 rejected"),
        (("select", "in", ""), "select: 4 in, but"),
    ],
)
def test_one_record_lost_or_invented_anywhere_breaks_the_law(
    key: tuple[str, str, str], words: str
) -> None:
    stages = stages_of(COUNTS | {key: COUNTS[key] + 1})
    with pytest.raises(AccountingError, match=words):
        check(stages)


def test_a_record_lost_between_two_stages_is_seen() -> None:
    counts = COUNTS | {("select", "in", ""): 2, ("select", "kept", ""): 2}
    assert problems(stages_of(counts)) == ["select: 2 in, but crawl kept 3"]


def test_an_outcome_that_nobody_knows_is_a_problem() -> None:
    counts = COUNTS | {("crawl", "dropped", "oops"): 1, ("crawl", "in", ""): 6}
    assert problems(stages_of(counts)) == ["crawl: unknown outcome 'oops'"]
