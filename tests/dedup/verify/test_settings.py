from dedup.verify.settings import CHOSEN, Settings


def test_what_was_chosen_is_the_default() -> None:
    assert Settings() == CHOSEN
    assert 0 < CHOSEN.min_fine_score <= CHOSEN.min_coarse_score < 1
    assert 0 <= CHOSEN.cut < 0.5
