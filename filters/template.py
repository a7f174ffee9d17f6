"""Templates: placeholders of page builders, shops and translations that nobody filled in."""

import re
from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

# What every placeholder below has one of: a search for it takes a tenth of the time.
_SIGN = re.compile(r"[{}\[\]%$]|orem ipsum")

_PLACEHOLDERS = re.compile(
    r"""
      (?P<braces> \{\{ | \}\} | \{%\s | \s%\}              # Jinja, Liquid, Mustache, Vue
        | [$#@]\{[^{}]{1,80}\}                             # JavaScript, JSP, Ruby
        | \{[a-z][a-z0-9]*(?:[_.][a-z0-9]+)+\}             # {product.title}, {image_alt}
        | \{(?:\d|title|name|alt|caption|image|product|description|text|filename|count)\} )
    | (?P<percent> (?<![\w%])(?<!\d\ )%(?:\d\$)?[sd](?!\w) | %\([a-z_]{1,40}\)[sd]  # printf
        | (?<![\w%])%%[a-z_]{2,40}%%(?!\w) | <%[=\s] )     # Yoast, ERB
    | (?P<shortcode> \[/?(?:caption|gallery|embed|audio|video|image|img|vc_\w+|et_pb_\w+|fusion_\w+
        |shortcode|title|alt|url|quote|youtube|attachment|wp_\w+)(?:\s[^\[\]]*=[^\[\]]*)?/?\]
        | \[object\ Object\] | \$_?[A-Z]{2,}(?:_[A-Z]+)*\$ )
    | (?P<filler> [Ll]orem\ ipsum )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Rejects texts that hold a placeholder anywhere, such as `{{title}}`, `%s` or `[caption]`."""

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        text = candidate.text
        if not _SIGN.search(text):
            return None
        found = _PLACEHOLDERS.search(text)
        return Rejection(Reject.TEMPLATE, str(found.lastgroup)) if found else None
