from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.rules import Rewrite, Rule
from pipeline.select_filters import select_steps
from pipeline.stages.select_candidates import SelectCandidates
from pipeline.try_recipe.funnel import try_steps
from pipeline.try_recipe.run_wide import Whole
from pipeline.try_recipe.tally import Sight
from schemas.outcomes import Reject
from schemas.records import Candidate
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate


def reject(word: str, reason: Reject) -> Rule:
    return Rule(name=f"no {word}", decide=lambda c: reason if word in c.text else None)


STEPS = (reject("a", Reject.BOILERPLATE), reject("b", Reject.LANGUAGE))


def test_what_a_rule_drops_alone_is_more_than_what_is_left_for_it() -> None:
    records = [make_candidate(n, text=text) for n, text in enumerate(["a", "ab", "b", "c"])]
    funnel = try_steps(records, STEPS)
    assert [(d.step, d.outcome, d.alone, d.in_order, d.left) for d in funnel.drops] == [
        ("no a", "boilerplate", 2, 2, 2),
        ("no b", "language", 2, 1, 1),
    ]
    assert [c.text for c in funnel.kept()] == ["c"]


def test_examples_are_bounded_and_those_that_go_in_order_come_first() -> None:
    records = [make_candidate(n, text=text) for n, text in enumerate(["ab", "b 1", "b 2", "b 3"])]
    drops = try_steps(records, STEPS, num_examples=3).drops[1]
    assert [dropped.candidate.text for dropped in drops.examples] == ["b 1", "b 2", "b 3"]
    drops = try_steps(records, STEPS).drops[1]
    assert drops.examples[-1].candidate.text == "ab"
    assert drops.examples[0].outcome == "language"


def test_a_rule_that_drops_nothing_still_has_its_line() -> None:
    (drops,) = try_steps([make_candidate(1, text="c")], STEPS[:1]).drops
    assert (drops.outcome, drops.alone, drops.in_order, drops.examples) == ("", 0, 0, ())


def test_rules_see_what_the_rewrites_before_them_made() -> None:
    def shout(batch: Sequence[Candidate]) -> list[Candidate]:
        assert len(batch) <= 2
        return [replace(candidate, text=candidate.text.upper()) for candidate in batch]

    steps = (STEPS[0], Rewrite(name="shout", rewrite=shout, batch=2), reject("A", Reject.LANGUAGE))
    records = [make_candidate(n, text=text) for n, text in enumerate(["a", "A", "x"])]
    funnel = try_steps(records, steps)
    assert [(d.alone, d.in_order) for d in funnel.drops] == [(1, 1), (2, 1)]
    assert [c.text for c in funnel.records()] == ["A", "A", "X"]


def test_choices_count_by_themselves_and_among_those_left() -> None:
    text = "A photo of a red boat in the old harbour"
    records = [
        make_candidate(1, text=text),
        make_candidate(1, text=text, page_url="http://e.org/b"),
        make_candidate(1, text=text, text_source="context"),
        make_candidate(1, text=f"{text} at night", text_source="og"),
    ]
    by_outcome = {
        d.outcome: d
        for d in try_steps(records, select_steps(Select(), Web()), whole=Whole(ratio=9.0)).drops
    }
    duplicates, others = by_outcome["duplicate_url_text"], by_outcome["other_text"]
    assert (duplicates.step, duplicates.alone, duplicates.in_order) == ("choose_texts", 2, 1)
    assert (others.step, others.alone, others.in_order) == ("choose_texts", 1, 1)
    assert duplicates.sight is Sight.LESS

    each = Select(one_text_source=False, clean_text=False)
    by_step = {d.step: d for d in try_steps(records, select_steps(each, Web())).drops}
    assert (by_step["drop_duplicates"].alone, by_step["drop_duplicates"].in_order) == (2, 1)
    assert by_step["drop_duplicates"].sight is Sight.ALL


def test_a_choice_may_hand_back_its_records_changed() -> None:
    from pipeline.rules import Choice, drop

    def mark_first(key: str, group: Sequence[Candidate]) -> list:
        first, *others = group
        marked = replace(first, language=key)
        return [marked, *(drop(other, "select", Reject.OTHER_TEXT) for other in others)]

    choice = Choice(name="first", key=lambda c: c.page_url or "", choose=mark_first)
    records = [make_candidate(n) for n in range(3)]
    funnel = try_steps(records, [choice])
    assert funnel.drops[0].alone == 2
    assert [c.uid for c in funnel.kept()] == [records[0].uid]


CANDIDATE = st.builds(
    make_candidate,
    st.integers(0, 3),
    text=st.sampled_from(["boat", "a red boat", "click here", "ein rotes Boot im Hafen"]),
    text_source=st.sampled_from(["alt", "title", "context"]),
    page_url=st.sampled_from(["http://e.org/a", "http://e.org/b"]),
)


@given(st.lists(CANDIDATE, max_size=12))
def test_in_order_and_kept_add_up_to_the_sample(records: list[Candidate]) -> None:
    funnel = try_steps(records, select_steps(Select(languages=("en",)), Web()))
    assert sum(d.in_order for d in funnel.drops) + funnel.num_kept == len(records)
    assert all(d.in_order <= d.alone for d in funnel.drops if d.step != "choose_texts")


def test_the_stage_drops_what_the_funnel_says() -> None:
    texts = ["boat", "a red boat on the sea", "click here", "ein rotes Boot liegt im Hafen"]
    records = [
        make_candidate(n // 3, text=texts[n % 4], text_source="og" if n % 5 else "alt")
        for n in range(60)
    ]
    select = Select(languages=("en",))
    funnel = try_steps(records, select_steps(select, Web()))
    kept, _, stages = run_stage(records, SelectCandidates(select, Web()))
    assert {d.outcome: d.in_order for d in funnel.drops if d.in_order} == stages["select"][
        "rejected"
    ]
    assert sorted(c.uid for c in kept) == sorted(c.uid for c in funnel.kept())
