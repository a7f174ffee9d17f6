import pickle
from pathlib import Path

from filters.privacy.personal_data import Action
from filters.safety.flagged_words import BUNDLED
from pipeline.recipe.safety import Privacy, Safety
from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.rules import Rewrite, Rule, Step
from pipeline.select_filters import select_steps
from pipeline.select_safety import privacy_steps, url_rules, word_steps
from pipeline.stages.select_candidates import SelectCandidates
from schemas.records import Candidate
from tests.filters.models import ENGLISH, TOXIC, train
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate

ALL = Safety(
    flagged_words="default", adult_urls=True, url_blocklists=("/lists",), toxicity_model="/m.bin"
)


def names(steps: list[Step]) -> list[str]:
    return [step.name for step in steps]


def test_nothing_asked_is_no_step() -> None:
    assert url_rules(Safety()) == privacy_steps(Privacy()) == word_steps(Safety()) == []


def test_what_is_asked_is_a_step_in_its_place() -> None:
    privacy = Privacy(email=Action.REPLACE, phone=Action.REJECT, presidio=("PERSON",))
    assert names(url_rules(ALL)) == ["adult_url", "url_blocklist"]
    assert names(privacy_steps(privacy)) == [
        "personal_data",
        "redact_personal_data",
        "redact_presidio",
    ]
    assert names(word_steps(ALL)) == ["flagged_words", "score_toxicity", "toxicity"]
    order = [step.name for step in select_steps(Select(privacy=privacy, safety=ALL), Web())]
    assert order.index("identify_language") < order.index("flagged_words")
    assert order.index("toxicity") < order.index("personal_data")
    assert order.index("redact_presidio") < order.index("choose_texts")
    assert len(set(order)) == len(order)


def test_default_is_the_list_that_comes_with_us() -> None:
    (rule,) = word_steps(Safety(flagged_words="default"))
    assert isinstance(rule, Rule)
    assert rule.decide.path == BUNDLED  # type: ignore[attr-defined]


def test_steps_travel_to_workers_without_what_they_read() -> None:
    steps = select_steps(Select(privacy=Privacy(email=Action.REPLACE), safety=ALL), Web())
    assert len(pickle.dumps(steps)) < 20_000


def test_a_batch_is_redacted_in_its_order() -> None:
    (step,) = privacy_steps(Privacy(email=Action.REPLACE))
    assert isinstance(step, Rewrite)
    batch = [make_candidate(1, text="mail a@example.org"), make_candidate(2)]
    assert [c.text for c in step.rewrite(batch)] == ["mail <email>", batch[1].text]


def test_the_stage_runs_them_all_and_nothing_disappears(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("bad.example\n")
    model = train(tmp_path / "toxic.bin", {"toxic": TOXIC, "clean": ENGLISH})
    select = Select(
        privacy=Privacy(email=Action.REPLACE, phone=Action.REJECT),
        safety=Safety(
            flagged_words="default",
            adult_urls=True,
            url_blocklists=(str(tmp_path / "list.txt"),),
            toxicity_model=str(model),
        ),
    )
    given: dict[str, Candidate] = {
        "kept": make_candidate(1, text="a red boat in the harbour, mail a@example.org"),
        "personal_data": make_candidate(2, text="a red boat, call +1 212 555 0123 for the price"),
        "flagged_word": make_candidate(3, text="a red boat in a porn picture of the harbour"),
        "toxic": make_candidate(4, text="you are a stupid idiot, shut up you idiot"),
        "url_blocked": make_candidate(5, url="http://a.bad.example/1.jpg"),
        "adult_url": make_candidate(6, url="http://a.xxx/1.jpg"),
    }
    kept, dropped, _ = run_stage(list(given.values()), SelectCandidates(select, Web()))
    assert {row.uid: row.outcome for row in dropped} == {
        candidate.uid: why for why, candidate in given.items() if why != "kept"
    }
    (candidate,) = kept
    assert candidate.uid == given["kept"].uid
    assert candidate.text == "a red boat in the harbour, mail <email>"
    assert candidate.text_changes == ("email",)
    assert candidate.toxicity < 0.5


def test_shares_of_the_recipe_reach_the_stage() -> None:
    texts = ["A photo of a red boat in the old harbour number"] * 30
    texts += ["Ein Foto eines roten Bootes im alten Hafen Nummer"] * 10
    given = [make_candidate(n, text=f"{text} {n}") for n, text in enumerate(texts)]
    select = Select(language_shares={"en": 0.5, "de": 0.5})
    kept, _, stages = run_stage(given, SelectCandidates(select, Web()))
    assert sum(candidate.language == "de" for candidate in kept) == 10
    assert stages["select"]["rejected"] == {"language_share": 40 - len(kept)}
