"""International bank account numbers: ISO 13616 lengths and the check of ISO 7064 (mod 97)."""

import re
from collections.abc import Iterator

from filters.privacy.span import Span

KIND = "iban"

_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?)"
    r"(?![A-Za-z0-9])"
)
# Length by country, of the IBAN registry (SWIFT, release 97).
_PAIRS = """
    AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28
    CZ:24 DE:22 DJ:27 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23
    GL:18 GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32
    LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18
    NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 RU:33 SA:24 SC:31 SD:18 SE:24 SI:19
    SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20 YE:30
"""
LENGTHS = {pair[:2]: int(pair[3:]) for pair in _PAIRS.split()}


def find_ibans(text: str) -> Iterator[Span]:
    """Yields the account numbers in `text`, in fours or in one piece."""
    for found in _IBAN.finditer(text):
        # What follows in capitals may look like one more group: the country says where it ends.
        end = _end(found[0], LENGTHS.get(found[0][:2], 0))
        if end and passes_check(found[0][:end].replace(" ", "")):
            yield Span(found.start(), found.start() + end, KIND)


def passes_check(iban: str) -> bool:
    """Whether the number, without spaces, is 1 modulo 97 once letters are numbers."""
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def _end(written: str, length: int) -> int:
    """Returns where the first `length` characters that are no space end, 0 if not at a word's."""
    places = [place for place, char in enumerate(written) if char != " "]
    if not length or len(places) < length:
        return 0
    end = places[length - 1] + 1
    return end if end == len(written) or written[end] == " " else 0
