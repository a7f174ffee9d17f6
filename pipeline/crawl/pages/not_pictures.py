"""Images that are no pictures, told by their address and the size that the page gives them.

Only what surely is none: an image that is refused here is never looked at.
"""

import re

from schemas.outcomes import Reject

# The biggest favicon that pages link (16 and 32 are the usual ones), and half of the smallest
# picture that the recipe's image filter keeps by default.
MAX_ICON_PX = 32
MAX_PIXEL_PX = 1

_PIXELS = re.compile(r"\s*\+?(\d{1,6})(?:\.\d*)?\s*(?:px)?\s*", re.IGNORECASE)

# Addresses that only count visits, of EasyPrivacy's lists: those of the widely used services.
_BEACON = re.compile(
    r"""(?:https?:)?//(?:
        (?:www\.)?facebook\.com/tr[/?]
      | (?:www\.|ssl\.)?google-analytics\.com/
      | (?:www\.)?googleadservices\.com/pagead/conversion
      | (?:googleads|stats)\.g\.doubleclick\.net/  # codespell:ignore doubleclick
      | (?:pixel|stats)\.(?:wp|wordpress)\.com/[bgt]\.gif
      | (?:sb|b)\.scorecardresearch\.com/
      | pixel\.quantserve\.com/
      | mc\.yandex\.ru/(?:watch|pixel)
      | counter\.yadro\.ru/ | top-fwz1\.mail\.ru/counter | counter\.rambler\.ru/
      | (?:vg\d+|ssl-vg\d+)\.met\.vgwort\.de/
      | [\w.-]+\.(?:ivwbox\.de|2o7\.net|omtrdc\.net|imrworldwide\.com|webtrends\.com|xiti\.com)/
      | bat\.bing\.com/action | px\.ads\.linkedin\.com/ | analytics\.twitter\.com/ | t\.co/i/adsct
      | (?:secure|ib)\.adnxs\.com/ | (?:www\.)?alexametrics\.com/
      | c\.statcounter\.com/ | d\.agkn\.com/ | hm\.baidu\.com/ | [\w.-]+\.hit\.gemius\.pl/
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_BEACON_NAMES = frozenset({"piwik.php", "matomo.php", "__utm.gif"})

# `sprite` as the name or its last word, in a format that sprites come in: a drink is a JPEG.
_SPRITE = re.compile(
    r"(?:.*[_.-])?sprites?(?:[_-]?\d{1,3})?(?:@\dx)?(?:[.-][0-9a-f]{6,64})?\.(?:png|gif|svg|webp)"
)
_DRAWN_ICON = re.compile(r"(?:.*[_.-])?(?:logo|icon)s?(?:[_.-].*)?\.svg")
_ICON_NAMES = ("favicon", "apple-touch-icon")


def find_reason(src: str, size: tuple[str | None, str | None]) -> Reject | None:
    """Returns why an image is none to us, None if it may be a picture.

    Args:
        src: Its URL, absolute or as the page writes it.
        size: The `width` and `height` that the page gives it, as written.
    """
    if size[0] and size[1]:
        width, height = _pixels(size[0]), _pixels(size[1])
        if width is not None and height is not None:
            if max(width, height) <= MAX_PIXEL_PX:
                return Reject.TRACKING_PIXEL
            if max(width, height) <= MAX_ICON_PX:
                return Reject.ICON
    return _by_address(src)


def _by_address(src: str) -> Reject | None:
    if _BEACON.match(src):
        return Reject.TRACKING_PIXEL
    path = src.partition("?")[0].partition("#")[0].lower()
    name = path.rpartition("/")[2]
    if name in _BEACON_NAMES:
        return Reject.TRACKING_PIXEL
    if "sprite" in name and _SPRITE.fullmatch(name):
        return Reject.SPRITE
    is_icon = (
        name.startswith(_ICON_NAMES)
        or name.endswith(".ico")
        or (name.endswith(".svg") and _DRAWN_ICON.fullmatch(name))
        or "/emoji/" in path  # marks in a text, as WordPress draws them
        or "/smilies/" in path
    )
    return Reject.ICON if is_icon else None


def _pixels(written: str) -> int | None:
    """Returns the pixels of a `width` or `height`, None for percentages and what is no number."""
    found = _PIXELS.fullmatch(written)
    return int(found[1]) if found else None
