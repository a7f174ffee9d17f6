"""Texts that are something else than a caption: a file name, its slug, a size, a URL, a code."""

import re
from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

_EXTENSIONS = "jpe?g|jpe|jfif|png|gif|webp|bmp|tiff?|avif|heic|heif|svg|ico|psd|pdf|mp4|mov"
_TOP_DOMAINS = (  # the most used, as far as no word ends in them
    "com|net|org|info|biz|edu|gov|io|co|uk|de|fr|es|it|nl|pl|ru|jp|cn|br|in|au|ca|eu|ch|at|be|se|no|"
    "dk|cz"
)

# Whole texts only: a caption may well name a file. The names are those of cameras, telephones and
# programs: DCF (CIPA DC-009) wants four letters and four digits.
_KINDS = re.compile(
    rf"""
      (?P<file_name> [\w\-.\ ()%+,&'~@]{{1,160}}\.(?:{_EXTENSIONS})
        | (?:img|image|imagen|imagem|bild|foto  # codespell:ignore foto
          |dsc[fnix_]?|dcim|pict?|photo|picture|screen[ _-]?shot|scan|untitled|unnamed
          |download|file|pxl|gopr|dji|mvimg|wp|p|vlcsnap|capture)
          (?=.{{0,60}}\d)[\d\ _().-]{{1,60}}(?:wa\d+|copy|edited|scaled|min|e\d+)?
        | (?:screen\ ?shot|img|pxl)[ _-]\d{{4}}[-_ ]?\d\d[-_ ]?\d\d.{{0,30}} )
    | (?P<size> \(?\d{{1,5}}\ ?(?:px)?\ ?[x\u00d7\u2715*]\ ?\d{{1,5}}\ ?
        (?:px|pixels?|dpi|cm|mm|in|inch(?:es)?)?\)? )
    | (?P<url> (?:https?:)?//\S+ | www\.\S+ | \S+@\S+\.\w+
        | (?:[a-z0-9-]+\.)+(?:{_TOP_DOMAINS})(?:[/?]\S*)? )
    | (?P<code> [0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}} | (?=\S*\d)[0-9a-f]{{12,}}
        | [a-z]{{0,4}}[-_]?\d+(?:[-_\ ./:,]{{1,3}}\d+)*\ ?[%°]? )
    | (?P<slug> (?=\S*\d)(?=\S*[a-z])[a-z0-9_.+-]{{20,}}={{0,2}} )  # also base64
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MAX_CHARS = 2083  # the longest URL that common clients send


@dataclass(frozen=True, slots=True, kw_only=True)
class NotACaption:
    """Rejects texts that are nothing but a file name, a size, a URL or a code.

    The ledger's detail says which.
    """

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        text = candidate.text.strip()
        if len(text) > _MAX_CHARS:
            return None
        found = _KINDS.fullmatch(text)
        return Rejection(Reject.NOT_A_CAPTION, str(found.lastgroup)) if found else None
