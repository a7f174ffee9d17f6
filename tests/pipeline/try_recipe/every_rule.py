"""Candidates of which every rule of `[select]` and `[queries]` drops some, and the recipe."""

import random
from pathlib import Path

from pipeline.recipe.queries import Queries
from pipeline.recipe.recipe import Recipe
from pipeline.recipe.safety import Privacy, Safety
from pipeline.recipe.select import Select
from schemas.records import Candidate
from tests.samples import make_candidate

THINGS = ("boat", "tree", "house", "river", "stone", "cloud", "horse", "bread", "chair", "glass")
CHOSES = ("maison", "rivière", "fenêtre", "montagne", "voiture", "fleur", "chaise", "église")
NAMES = ("the little girl", "a tall woman", "her mother", "his brother", "an old man", "our aunt")
PLACES = ("harbour", "village", "forest", "garden", "station", "market", "valley", "castle")

# By outcome, texts that go for it.
TEXTS = {
    "text_too_short": "boat",
    "text_too_long": "word after word of a text without an end " * 60,
    "too_few_words": "lighthouse",
    "too_many_words": "a boat " * 130,
    "template": "a photo of {{title}} in the evening",
    "boilerplate": "click here",
    "not_a_caption": "IMG_2043.jpg",
    "too_many_digits": "model 12345 67890 24680",
    "too_many_symbols": "a -- boat -- *** !!! ###",
    "too_few_letters": "abcd 123 ---",
    "low_entropy": "aaa aaa aaa aaa aab",
    "repetition": "red boat red boat red boat red boat red boat",
    "flagged_word": "a photo of the badword in the sun",
    "personal_data": "a letter to jane@example.org on the old table",
    "language": "ein rotes Boot liegt im alten Hafen der kleinen Stadt",
    "no_query": "two children are playing with a ball in the sun",
}


def make_candidates() -> list[Candidate]:
    """Returns some 700 candidates in no order."""
    rng = random.Random(7)
    found = [
        make_candidate(1000 * kind + n, text=f"{text}{' ' * n}")
        for kind, text in enumerate(TEXTS.values())
        for n in range(3)
    ]
    found += _caught_by_caps(rng) + _caught_by_place()
    found += [
        make_candidate(
            50_000 + n,
            text=f"a {rng.choice(THINGS)} {n} and a {rng.choice(THINGS)} near the"
            f" {rng.choice(PLACES)} with {rng.choice(THINGS)} {rng.randrange(10**6)}",
        )
        for n in range(300)
    ]
    found += [
        make_candidate(
            70_000 + n,
            text=f"une {rng.choice(CHOSES)} numéro {n} avec une {rng.choice(CHOSES)} près de la"
            f" {rng.choice(CHOSES)} et le bateau {rng.randrange(10**6)}",
        )
        for n in range(60)
    ]
    found += [
        make_candidate(80_000 + n, text=f"{rng.choice(NAMES)} and {rng.choice(NAMES)} smile, {n}")
        for n in range(60)
    ]
    rng.shuffle(found)
    return found


def _caught_by_caps(rng: random.Random) -> list[Candidate]:
    everywhere = "a very common caption of a boat in the harbour"
    on_one_host = "the caption of a house that one shop repeats"
    near = "an old red fishing boat lies in the harbour of a small town in the north"
    pages = [f"http://shop.example/{n}" for n in range(6)]
    return [
        *(make_candidate(20_000 + n, text=everywhere) for n in range(25)),
        *(make_candidate(21_000 + n, text=on_one_host, page_url=p) for n, p in enumerate(pages)),
        *(make_candidate(22_000, text=f"a horse and bread, view number {n}") for n in range(7)),
        *(
            make_candidate(
                23_000 + n, text="a stone bridge over the river", page_url=f"http://h{n}/"
            )
            for n in range(9)
        ),
        *(
            make_candidate(24_000 + n, text=f"{near} {'!' * n}", page_url=f"http://n{n}/")
            for n in range(3)
        ),
        *(make_candidate(25_000 + n, text=f"{near} {rng.choice('abc')}") for n in range(4)),
    ]


def _caught_by_place() -> list[Candidate]:
    text = "a cloud over the garden of the old castle"
    copies = [make_candidate(30_000, text=text, page_url=f"http://p{n}/") for n in range(4)]
    return [
        *copies,
        make_candidate(30_000, text="the garden of a castle in spring", text_source="title"),
        *(make_candidate(31_000 + n, text=text, opt_out=("noai",)) for n in range(2)),
        *(make_candidate(32_000 + n, text=f"{text} {n}", text_source="context") for n in range(2)),
        make_candidate(33_000, text=f"{text} now", url="http://films.xxx/1.jpg"),
        make_candidate(33_001, text=f"{text} then", url="http://blocked.example/1.jpg"),
        make_candidate(34_000, text="\u200b\u200b"),
    ]


def make_recipe(folder: Path) -> Recipe:
    """Returns a recipe that asks for everything; its lists are written to `folder`."""
    (folder / "queries.txt").write_text("\n".join([*THINGS, "photo", "bateau", "never"]))
    (folder / "words.txt").write_text("badword\n")
    (folder / "domains").write_text("blocked.example\n")
    select = Select(
        languages=("en", "fr"),
        language_shares={"en": 0.85, "fr": 0.15},
        drop_text_above=20,
        drop_host_text_above=5,
        max_texts_per_url=3,
        max_urls_per_text=6,
        near_text_similarity=0.8,
        privacy=Privacy.model_validate({"email": "reject"}),
        safety=Safety(
            flagged_words=str(folder / "words.txt"),
            adult_urls=True,
            url_blocklists=(str(folder / "domains"),),
        ),
    )
    return Recipe(select=select, queries=Queries(list=str(folder / "queries.txt"), max_pairs=25))
