"""What a host calls the version of a thing that it sent, to ask later whether it still is that.

RFC 9110, 8.8 (ETag, Last-Modified) and 13.1 (If-None-Match, If-Modified-Since).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import NamedTuple

NOT_MODIFIED = 304

# `entity-tag` of RFC 9110 without obs-text, which aiohttp would send in another encoding; Apache's
# and nginx's have some 30 characters, S3's 36.
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,1022}"\Z')


class Validators(NamedTuple):
    """The validators of an answer, as written; None where it has none that could be sent back."""

    etag: str | None = None
    last_modified: str | None = None


NO_VALIDATORS = Validators()


def read_validators(headers: Iterable[tuple[str, str]]) -> Validators:
    """Returns the validators among the headers of an answer; of repeated ones the first."""
    found: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(name.lower(), value.strip())
    etag, modified = found.get("etag"), found.get("last-modified")
    return Validators(
        etag if etag and _ETAG.match(etag) else None,
        modified if modified and _is_date(modified) else None,
    )


def _is_date(value: str) -> bool:
    try:
        parsedate_to_datetime(value)
    except ValueError:
        return False
    return value.isascii() and value.isprintable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Asks for a thing only if it has changed.

    Attributes:
        url: The only URL that the validators are about: sent to the target of another redirect,
            they might match a tag that says something else there.
        validators: Of the earlier answer.
    """

    url: str
    validators: Validators

    def headers(self, url: str) -> Mapping[str, str]:
        """Returns the headers to send with a request of `url`."""
        if url != self.url:
            return MappingProxyType({})
        etag, modified = self.validators
        said = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in said.items() if value}
