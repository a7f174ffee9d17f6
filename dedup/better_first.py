"""Which of several copies is kept: resolution, then the caption's quality, then the uid.

Nothing here needs a model; a CLIP score counts where an earlier run has made one.
"""

from schemas.records import Candidate, PoolRow

# As `pipeline.crawl.options.TEXT_SOURCES`: a text that was made for the picture comes first.
PLACES = ("list", "alt", "figcaption", "title", "og", "meta", "context")

# CLIP's text encoder reads 77 tokens, some 50 words of English: more of them say nothing more.
MAX_WORDS = 50

CaptionRank = tuple[float, int, int]
Rank = tuple[int, float, int, int, str]


def better_first(pair: PoolRow) -> Rank:
    """Sort key, another for every uid: the larger original, the better caption, the smaller uid."""
    area = (pair.original_width or 0) * (pair.original_height or 0)
    return -area, *better_caption_first(pair), pair.uid


def better_caption_first(pair: PoolRow) -> CaptionRank:
    """Sort key: the higher CLIP score if there is one, the better place, more different words."""
    score = -2.0 if pair.clip_score is None else pair.clip_score  # below every cosine
    return -score, PLACES.index(pair.candidate.text_source), -_num_words(pair.candidate)


def _num_words(candidate: Candidate) -> int:
    return min(MAX_WORDS, len(set(candidate.text.casefold().split())))
