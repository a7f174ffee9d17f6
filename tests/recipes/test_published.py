"""Each published rule at its limit, and DataComp's own condition over real captions."""

from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from filters.identify_language import LanguageIdentifier
from filters.image_aspect import ImageAspect
from filters.image_size import ImageSize
from pipeline.caps import text_caps
from pipeline.image_filters import image_steps
from pipeline.recipe.load import load_recipe
from pipeline.recipe.recipe import Recipe
from pipeline.rules import Filter, Rule, filter_record
from pipeline.select_filters import select_steps
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate, LedgerRow
from schemas.uid import clean_text
from tests.samples import make_candidate, make_pair

NAMES = ("coyo", "datacomp", "laion")
LANGUAGE = "language_allowed"


def recipe(name: str) -> Recipe:
    return load_recipe(Path(str(files("recipes").joinpath(f"{name}.toml"))))


def rules(name: str, but: str = "") -> list[Filter]:
    """Returns the rules of a recipe in their order; it rewrites no text."""
    said = recipe(name)
    steps = select_steps(said.select, said.web)
    return [step.decide for step in steps if isinstance(step, Rule) and step.name != but]


def text_outcome(name: str, text: str) -> str:
    """Returns what the text filters of a recipe say, "" if they keep it."""
    item = filter_record(make_candidate(1, text=text), "select", rules(name, but=LANGUAGE))
    return item.outcome if isinstance(item, LedgerRow) else ""


@pytest.mark.parametrize(
    ("name", "text", "outcome"),
    [
        # DataComp: more than 5 characters, more than 2 words, both by Python's own counts.
        ("datacomp", "a b c", "text_too_short"),
        ("datacomp", "a b cd", ""),
        ("datacomp", "abcdef gh", "too_few_words"),
        ("datacomp", "don't stop", "too_few_words"),
        ("datacomp", "cat - dog", ""),  # a dash is a word between spaces
        ("datacomp", "word " * 5000, ""),
        ("datacomp", "IMG 2043 .jpg {{title}}", ""),
        ("datacomp", "boat boat boat boat", ""),
        ("datacomp", "Tom &amp; Jerry <b>", ""),
        # LAION: 5 characters and more, any number of words.
        ("laion", "abcd", "text_too_short"),
        ("laion", "abcde", ""),
        ("laion", "=====", ""),
        ("laion", "word " * 5000, ""),
        # COYO: more than 5 characters, 3 to 256 words, up to 1,000 characters.
        ("coyo", "a b c", "text_too_short"),
        ("coyo", "a b cd", ""),
        ("coyo", "valentine's roses", "too_few_words"),
        ("coyo", "a " * 256 + "bcd", "too_many_words"),
        ("coyo", "a " * 255 + "bcd", ""),
        ("coyo", f"a b {'c' * 996}", ""),
        ("coyo", "some blowjob picture", "flagged_word"),
        ("coyo", f"a b {'c' * 997}", "text_too_long"),
    ],
)
def test_texts_at_the_limits(name: str, text: str, outcome: str) -> None:
    assert text_outcome(name, text.strip()) == outcome


@pytest.mark.parametrize(
    ("name", "width", "height", "is_kept"),
    [
        ("datacomp", 200, 200, True),
        ("datacomp", 199, 300, False),
        ("datacomp", 600, 200, True),
        ("datacomp", 601, 200, False),
        ("coyo", 200, 600, True),
        ("coyo", 200, 601, False),
        ("coyo", 300, 199, False),
        ("laion", 1, 1000, True),
    ],
)
def test_images_at_the_limits(name: str, width: int, height: int, is_kept: bool) -> None:
    images = recipe(name).images
    pair = make_pair(1, original_width=width, original_height=height)
    size, aspect = (
        ImageSize(min_side_px=images.min_side_px),
        ImageAspect(max_aspect=images.max_aspect),
    )
    assert ((size(pair) or aspect(pair)) is None) == is_kept


def test_coyo_drops_texts_seen_more_than_ten_times_from_all_images() -> None:
    (cap,) = text_caps(recipe("coyo").select)
    assert (cap.limit, cap.num_kept) == (10, 0)
    assert not text_caps(recipe("laion").select)
    assert not text_caps(recipe("datacomp").select)


def test_datacomps_own_condition_keeps_the_same_captions(shared_data: Path) -> None:
    """`apply_filter.py`: language `en`, `len(split()) > 2`, `len > 5`."""
    path = shared_data / "captions" / "laion-sample-url-text.parquet"
    texts = [clean_text(t) for t in pq.read_table(path)["TEXT"].to_pylist() if t]
    languages = LanguageIdentifier().identify(texts)
    theirs = [
        text
        for text, (language, _) in zip(texts, languages, strict=True)
        if language == "en" and len(text.split()) > 2 and len(text) > 5
    ]
    filters = rules("datacomp")
    ours = [
        item.text
        for text, (language, _) in zip(texts, languages, strict=True)
        if isinstance(
            item := filter_record(make_candidate(1, text=text, language=language), "", filters),
            Candidate,
        )
    ]
    assert ours == theirs
    assert 2_000 < len(ours) < len(texts)


@pytest.mark.parametrize("name", NAMES)
def test_a_published_recipe_changes_no_text_and_keeps_opt_outs(name: str) -> None:
    said = recipe(name)
    assert not said.select.clean_text
    assert said.select.text_sources == ("alt", "list")
    assert said.web.obey == Recipe().web.obey
    assert said.web.robots


@pytest.mark.parametrize("name", ["coyo", "laion"])
def test_files_below_five_kilobytes_are_dropped(name: str) -> None:
    (decide,) = [s.decide for s in image_steps(recipe(name).images) if s.name == "image_bytes"]
    sizes = [make_pair(1, bytes=size) for size in (4999, 5000)]
    assert [decide(pair) for pair in sizes] == [
        Rejection(Reject.IMAGE_FEW_BYTES, "4999 bytes"),
        None,
    ]


@pytest.mark.parametrize("name", ["metaclip", "wit"])
def test_what_a_paper_is_silent_on_drops_nothing(name: str) -> None:
    for text in ("boat", "holiday photo 3.jpg", "{{title}}", "a a a a", "=====", "12345 67890"):
        item = filter_record(make_candidate(1, text=text), "select", rules(name, but=LANGUAGE))
        assert isinstance(item, Candidate)
