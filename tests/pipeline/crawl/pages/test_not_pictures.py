import pytest

from pipeline.crawl.pages.not_pictures import find_reason
from schemas.outcomes import Reject


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        (("1", "1"), Reject.TRACKING_PIXEL),
        (("0", "0px"), Reject.TRACKING_PIXEL),
        (("1", "2"), Reject.ICON),
        (("32", "32"), Reject.ICON),
        ((" 16.0px ", "32"), Reject.ICON),
        (("33", "32"), None),
        (("32", None), None),
        (("100%", "1"), None),
        (("16em", "16em"), None),
        (("", ""), None),
        (("1" * 5000, "1"), None),
    ],
)
def test_sizes(size: tuple[str | None, str | None], reason: Reject | None) -> None:
    assert find_reason("http://h/a.jpg", size) is reason


@pytest.mark.parametrize(
    ("src", "reason"),
    [
        ("https://www.facebook.com/tr?id=1&ev=PageView&noscript=1", Reject.TRACKING_PIXEL),
        ("//b.scorecardresearch.com/p?c1=2", Reject.TRACKING_PIXEL),
        ("https://pixel.wp.com/b.gif?v=noscript", Reject.TRACKING_PIXEL),
        ("https://ssl-vg03.met.vgwort.de/na/b30f", Reject.TRACKING_PIXEL),
        ("/piwik/piwik.php?idsite=2", Reject.TRACKING_PIXEL),
        ("http://www.facebook.com/photos/a.jpg", None),
        ("http://h/?u=//mc.yandex.ru/watch/1", None),
        ("/img/sprite.png", Reject.SPRITE),
        ("/img/icons-sprite@2x.png?v=1", Reject.SPRITE),
        ("/img/sprites.5ab453ca06.svg", Reject.SPRITE),
        ("/img/sprite-can.png", None),
        ("/img/sprite.jpg", None),
        ("/unsprited/placeholder.png", None),
        ("/favicon-96x96.png", Reject.ICON),
        ("/apple-touch-icon.png", Reject.ICON),
        ("/img/site.ico", Reject.ICON),
        ("/img/LOGO.svg?d=1", Reject.ICON),
        ("/img/icon-search.svg", Reject.ICON),
        ("/img/site_logo_white.svg", Reject.ICON),
        ("/img/logo.png", None),
        ("/img/map.svg", None),
        ("/img/logotype-history.svg", None),
        ("https://s.w.org/images/core/emoji/72x72/1f600.png", Reject.ICON),
        ("/wp-includes/images/smilies/icon_smile.gif", Reject.ICON),
        ("/photos/iconic-buildings.jpg", None),
        ("", None),
    ],
)
def test_addresses(src: str, reason: Reject | None) -> None:
    assert find_reason(src, (None, None)) is reason
