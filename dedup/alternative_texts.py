"""Other captions of a picture: those of its copies, the best first, each once."""

from collections.abc import Iterable, Sequence

from dedup.better_first import CaptionRank

Caption = tuple[CaptionRank, str]


def best_texts(captions: Iterable[Caption], count: int) -> list[Caption]:
    """Returns the `count` best different texts, each at its best; takes its own results again."""
    ranks: dict[str, CaptionRank] = {}
    for rank, text in captions:
        if text not in ranks or rank < ranks[text]:
            ranks[text] = rank
    return sorted((rank, text) for text, rank in ranks.items())[:count]


def alternatives(text: str, captions: Sequence[Caption], count: int) -> tuple[str, ...]:
    """Returns the first `count` texts that are not `text`.

    Args:
        text: What the kept pair says.
        captions: From `best_texts`; of one more than `count`, so that `text` may be among them.
        count: At most.
    """
    return tuple(other for _, other in captions if other != text)[:count]
