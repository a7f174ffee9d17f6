"""Usage preferences: `Content-Usage` (AIPREF) and `Content-Signal`, of headers and robots.txt.

Written to draft-ietf-aipref-vocab-08 and draft-ietf-aipref-attach-05 (both 2026; the vocabulary
still changes), to the labels of earlier versions of them (`bots`, `ai`, `train-genai`) and to
contentsignals.org, whose `ai-train=no` Cloudflare writes into the robots.txt files that it manages.
"""

import re

FIELDS = frozenset({"content-usage", "content-signal"})

LABELS = frozenset(
    {"train-ai", "ai-use", "search", "bots", "ai", "train-genai", "ai-train", "ai-input"}
)
_ANSWERS = frozenset({"y", "n", "yes", "no"})

# RFC 9651 strings and their escapes: what stands in them separates nothing.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def read(value: str) -> frozenset[str]:
    """Returns the preferences that `value` states, such as `train-ai=n`; the rest is passed over.

    A dictionary of RFC 9651, read member by member: where the RFC drops a field that is wrong in
    one place, what can be read in it counts, and so do capitals and blanks around `=`. Of a label
    that comes twice both count: the strictest preference is to apply (vocab, 5.1).
    """
    members = _STRING.sub('""', value).lower().split(",")
    pairs = (member.partition(";")[0].partition("=") for member in members)
    stated = ((label.strip(), answer.strip()) for label, _, answer in pairs)
    return frozenset(
        f"{label}={answer}" for label, answer in stated if label in LABELS and answer in _ANSWERS
    )


def split_path(value: str) -> tuple[str, str]:
    """Returns path pattern, empty if there is none, and preferences of a robots.txt line."""
    if not value.startswith("/"):
        return "", value
    path, *rest = value.split(maxsplit=1)
    return path, rest[0] if rest else ""
