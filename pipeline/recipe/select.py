"""Section `[select]` of a recipe: what is decided by text and URL."""

from typing import Annotated

from pydantic import Field

from filters.word_count import WordRule
from pipeline.crawl.options import TEXT_SOURCES
from pipeline.recipe.safety import Language, Privacy, Safety, Scores, Shares
from pipeline.recipe.section import Section
from schemas.records import TextSource


class Select(Section):
    """What is decided without pixels.

    Attributes:
        text_sources: Places whose texts count as captions. Text around an image (`context`) is
            seldom about it and must be asked for.
        one_text_source: Whether an image keeps the texts of its best place alone, so that it is
            fetched once.
        min_chars: DataComp's basic filter keeps more than 5 characters (arXiv 2304.14108, H).
        min_words: DataComp's basic filter keeps more than 2 words; CLIP has no such limit.
        max_words: COYO-700M's limit.
        max_chars: COYO-700M's limit.
        languages: ISO 639-1 codes to keep; empty keeps every language.
        min_language_score: Confidence below which the language counts as unknown (`und`);
            measured in docs/language.md.
        keep_unknown_language: Whether `und` passes when `languages` is given.
        language_scores: By language, where the limit is another than `min_language_score`.
        language_shares: By language, `*` for all others; pairs are drawn so that they come true.
        language_model: Path of a fastText model, such as lid.176.bin or GlotLID.
        language_second_opinion: Whether byte n-grams are asked too; if not given, with the
            bundled model alone.
        privacy: `[select.privacy]`.
        safety: `[select.safety]`.
        word_rule: How words are counted: `unicode` finds them in every script, `spaces` counts what
            stands between white space, as DataComp and COYO-700M do.
        clean_text: Whether HTML, mojibake and invisible characters are cleaned away first
            (docs/captions.md, as for all that follow).
        boilerplate_phrases: More texts that are boilerplate, whole.
        not_captions: Whether file names, sizes, URLs and codes are rejected.
        templates: Whether texts with placeholders are rejected.
        min_letter_ratio: Of all characters but white space, as the next two.
        max_word_repetition: Share of the words that are repeats of an earlier one.
        max_run_repetition: Share of the runs of 10 characters that are repeats.
        min_entropy_bits: A character; 0 for no limit.
        drop_text_above: A text on more than so many images is dropped from all; COYO-700M's is 10.
        drop_host_text_above: The same for the images of one host.
        max_urls_per_text: So many images keep a text, those with the smallest uids.
        max_texts_per_url: So many texts an image keeps, those with the smallest uids.
        near_text_similarity: Of two texts that are at least as similar (Jaccard index of their
            runs of characters), one is kept, by MinHash; 1 compares as they are without case
            and punctuation.
        near_text_permutations: Of MinHash: more find more and cost more.
    """

    text_sources: Annotated[tuple[TextSource, ...], Field(min_length=1)] = tuple(
        source for source in TEXT_SOURCES if source != "context"
    )
    one_text_source: bool = True
    min_chars: Annotated[int, Field(ge=0)] = 6
    max_chars: Annotated[int, Field(ge=1)] = 1000
    min_words: Annotated[int, Field(ge=0)] = 2
    max_words: Annotated[int, Field(ge=1)] = 256
    languages: tuple[Language, ...] = ()
    min_language_score: Annotated[float, Field(ge=0, le=1)] = 0.45
    keep_unknown_language: bool = False
    boilerplate: bool = True
    language_scores: Scores = {}
    language_shares: Shares = {}
    language_model: str | None = None
    language_second_opinion: bool | None = None
    privacy: Privacy = Privacy()
    safety: Safety = Safety()
    word_rule: WordRule = "unicode"
    clean_text: bool = True
    boilerplate_phrases: tuple[str, ...] = ()
    not_captions: bool = True
    templates: bool = True
    min_letter_ratio: Annotated[float, Field(ge=0, le=1)] = 0.5
    max_digit_ratio: Annotated[float, Field(ge=0, le=1)] = 0.4
    max_symbol_ratio: Annotated[float, Field(ge=0, le=1)] = 0.3
    max_word_repetition: Annotated[float, Field(ge=0, le=1)] = 0.45
    max_run_repetition: Annotated[float, Field(ge=0, le=1)] = 0.35
    min_entropy_bits: Annotated[float, Field(ge=0)] = 2.5
    drop_text_above: Annotated[int, Field(ge=1)] | None = None
    drop_host_text_above: Annotated[int, Field(ge=1)] | None = None
    max_urls_per_text: Annotated[int, Field(ge=1)] | None = None
    max_texts_per_url: Annotated[int, Field(ge=1)] | None = None
    near_text_similarity: Annotated[float, Field(ge=0.3, le=1)] | None = None
    near_text_permutations: Annotated[int, Field(ge=16, le=1024)] = 128
