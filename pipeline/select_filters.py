"""The steps of `[select]` in their order: the cheapest questions come first.

To add a rule, put it here: the stage and `recipe try` both read this list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from filters.boilerplate import with_phrases
from filters.character_ratios import CharacterRatios
from filters.clean_caption import clean_candidate, nothing_left
from filters.identify_language import LanguageIdentifier
from filters.language_allowed import LanguageAllowed
from filters.not_a_caption import NotACaption
from filters.opt_out import OptOut
from filters.repetition import Repetition
from filters.template import Template
from filters.text_entropy import TextEntropy
from filters.text_length import TextLength
from filters.text_source import TextSourceAllowed
from filters.word_count import WordCount
from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.rules import Choice, Filter, Rewrite, Rule, Step
from pipeline.select_groups import choose_texts, drop_duplicates, key_by_image, key_by_uid
from pipeline.select_safety import privacy_steps, url_rules, word_steps
from schemas.records import Candidate


def select_steps(select: Select, web: Web) -> tuple[Step, ...]:
    """Returns what `[select]` does, in its order; caps come after, as they need a join each."""
    return (
        *cleaning_steps(select),
        *text_rules(select, web),
        *url_rules(select.safety),
        *_language_steps(select),
        *word_steps(select.safety),
        *privacy_steps(select.privacy),
        *_choices(select),
    )


def cleaning_steps(select: Select) -> list[Step]:
    """Returns what makes clean texts of those that the pages wrote."""
    if not select.clean_text:
        return []
    return [Rewrite(name="clean_caption", rewrite=clean_candidates)]


def clean_candidates(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Returns the candidates with clean texts, which may be empty."""
    return [clean_candidate(candidate) for candidate in candidates]


def text_rules(select: Select, web: Web) -> list[Rule]:
    """Returns what needs neither a model nor other candidates, the cheapest first."""
    repetition = Repetition(
        max_words=select.max_word_repetition, max_grams=select.max_run_repetition
    )
    ratios = CharacterRatios(
        min_letters=select.min_letter_ratio,
        max_digits=select.max_digit_ratio,
        max_symbols=select.max_symbol_ratio,
    )
    length = TextLength(min_chars=select.min_chars, max_chars=select.max_chars)
    words = WordCount(min_words=select.min_words, max_words=select.max_words, rule=select.word_rule)
    asked: tuple[tuple[str, Filter, bool], ...] = (
        ("nothing_left", nothing_left, select.clean_text),
        ("opt_out", OptOut(obey=web.obey), True),
        ("text_source", TextSourceAllowed(sources=frozenset(select.text_sources)), True),
        ("text_length", length, True),
        ("word_count", words, True),
        ("template", Template(), select.templates),
        ("boilerplate", with_phrases(select.boilerplate_phrases), select.boilerplate),
        ("not_a_caption", NotACaption(), select.not_captions),
        ("character_ratios", ratios, ratios != _ANY_RATIOS),
        (
            "text_entropy",
            TextEntropy(min_bits=select.min_entropy_bits),
            select.min_entropy_bits > 0,
        ),
        ("repetition", repetition, repetition != _ANY_REPETITION),
    )
    return [Rule(name=name, decide=decide) for name, decide, is_asked in asked if is_asked]


_ANY_RATIOS = CharacterRatios(min_letters=0, max_digits=1, max_symbols=1)
_ANY_REPETITION = Repetition(max_words=1, max_grams=1)


def _language_steps(select: Select) -> list[Step]:
    identifier = LanguageIdentifier(
        min_score=select.min_language_score,
        model=select.language_model,
        second_opinion=select.language_second_opinion,
        min_scores=select.language_scores,
    )
    identify = IdentifyLanguages(identifier)
    # Measured: 1,024 at once take a third less time each than 256.
    steps: list[Step] = [Rewrite(name="identify_language", rewrite=identify, batch=1024)]
    if select.languages:
        allowed = LanguageAllowed(
            languages=frozenset(select.languages), keep_unknown=select.keep_unknown_language
        )
        steps.append(Rule(name="language_allowed", decide=allowed))
    return steps


def _choices(select: Select) -> list[Step]:
    if select.one_text_source:  # finds duplicates too: one shuffle instead of two
        return [Choice(name="choose_texts", key=key_by_image, choose=choose_texts)]
    return [
        Choice(
            name="drop_duplicates",
            key=key_by_uid,
            choose=drop_duplicates,
            needs_all=select.clean_text or select.privacy.replaces,
        )
    ]


@dataclass(frozen=True, slots=True)
class IdentifyLanguages:
    """Notes the language of each text; a batch at a time, because models are fast only so."""

    identifier: LanguageIdentifier

    def __call__(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Returns the candidates with their languages."""
        languages = self.identifier.identify(
            [candidate.text for candidate in candidates],
            [candidate.page_language for candidate in candidates],
        )
        return [
            candidate.replaced(language=language, language_score=score)
            for candidate, (language, score) in zip(candidates, languages, strict=True)
        ]
