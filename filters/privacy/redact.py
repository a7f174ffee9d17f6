"""A candidate without the personal data that was found in it; its uid stays."""

from collections.abc import Sequence
from dataclasses import replace

from filters.privacy.span import Span, replace_spans
from schemas.records import Candidate


def redact(candidate: Candidate, spans: Sequence[Span], written: Sequence[Span]) -> Candidate:
    """Returns `candidate` with tokens in place of `spans`.

    What was written before cleaning goes, if anything was found in it or in the text.

    Args:
        candidate: The candidate.
        spans: Found in its text, sorted and apart.
        written: Found in its `raw_text`.
    """
    if not spans and not written:
        return candidate
    kinds = {span.kind for span in (*spans, *written)}
    return replace(
        candidate,
        text=replace_spans(candidate.text, spans),
        text_changes=tuple(sorted({*candidate.text_changes, *kinds})),
        raw_text=None,
    )
