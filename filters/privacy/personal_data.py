"""Personal data in a text is kept, replaced by a token, or the candidate rejected: by its kind."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from filters.privacy import cards, emails, ibans, ip_addresses, national_ids, phones
from filters.privacy.redact import redact
from filters.privacy.span import Span, without_overlaps
from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

# In this order: where two kinds claim the same characters, the one that is surer has them.
KINDS = (
    emails.KIND, ibans.KIND, cards.KIND, ip_addresses.KIND, national_ids.KIND, phones.KIND,
)  # fmt: skip

_DIGITS = b"0123456789"
# An IBAN may have letters for an account: Ukraine's have 8 digits at least.
_MIN_DIGITS = {ip_addresses.KIND: 1, phones.KIND: 7, national_ids.KIND: 7, ibans.KIND: 6}
_MANY_DIGITS = 12  # of the shortest card that is looked for


class Action(StrEnum):
    """What to do about a kind of personal data."""

    KEEP = "keep"
    REPLACE = "replace"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Rejects texts with a kind of personal data that is not to be there, and cleans the others.

    Attributes:
        actions: By kind; a kind that is not named is kept.
    """

    actions: Mapping[str, Action]

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.actions) - set(KINDS)):
            raise ValueError(f"no kind of personal data: {', '.join(unknown)}")

    def has(self, action: Action) -> bool:
        """Whether any kind is to be treated so."""
        return action in self.actions.values()

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, with the kinds found, or None to keep it."""
        texts = (candidate.text, candidate.raw_text)  # a dataset has both
        spans = [span for text in texts for span in self._find(candidate, text, Action.REJECT)]
        found = sorted({span.kind for span in spans})
        return Rejection(Reject.PERSONAL_DATA, ", ".join(found)) if found else None

    def redact(self, candidate: Candidate) -> Candidate:
        """Returns `candidate` with tokens in place of what is to be replaced; its uid stays."""
        spans = self._find(candidate, candidate.text, Action.REPLACE)
        written = self._find(candidate, candidate.raw_text, Action.REPLACE)
        return redact(candidate, spans, written)

    def _find(self, candidate: Candidate, text: str | None, action: Action) -> list[Span]:
        kinds = [kind for kind in KINDS if self.actions.get(kind) == action]
        if not text or not kinds or not may_hold_any(text):
            return []
        region_url = candidate.page_url or candidate.url
        return find_personal_data(text, kinds, region_url)


def may_hold_any(text: str) -> bool:
    """Whether a search is worth its time: most captions have no sign of personal data at all."""
    return bool(_SIGN.search(text)) or emails.may_hold_email(text)


# Four digits near each other, or the colons of an IPv6 address.
_SIGN = re.compile(r"\d\D{0,4}\d\D{0,4}\d\D{0,4}\d|::")


def find_personal_data(text: str, kinds: list[str], url: str | None = None) -> list[Span]:
    """Returns what of `kinds` is in `text`, by place and without overlaps.

    Args:
        text: Any.
        kinds: Of `KINDS`.
        url: Of the page or image: its country says how telephone numbers are written.
    """
    return without_overlaps(_search(text, kinds, url))


def _search(text: str, kinds: list[str], url: str | None) -> Iterator[Span]:
    octets = text.encode("utf-8", "ignore")
    num_digits = len(octets) - len(octets.translate(None, _DIGITS))
    for kind in kinds:
        if kind == emails.KIND:
            yield from emails.find_emails(text)
        elif num_digits < _MIN_DIGITS.get(kind, _MANY_DIGITS):
            continue
        elif kind == phones.KIND:
            yield from phones.find_phones(text, phones.region_of(url))
        else:
            yield from _FINDERS[kind](text)


_FINDERS = {
    ibans.KIND: ibans.find_ibans,
    cards.KIND: cards.find_cards,
    ip_addresses.KIND: ip_addresses.find_ip_addresses,
    national_ids.KIND: national_ids.find_national_ids,
}
