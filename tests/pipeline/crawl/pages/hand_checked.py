"""30 saved pages that a person read in their source, and what is in them for us.

Each page: how many texts each place has, a few images with their texts, and addresses that must
not be candidates. Addresses are endings; texts are whole, or beginnings that end with `...`.
"""

from dataclasses import dataclass, field

from schemas.records import TextSource

Found = tuple[str, TextSource, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandChecked:
    """What was seen in one page.

    Attributes:
        counts: Candidates by place, for the places that were counted.
        found: Image, place and text of some of them.
        refused: Ledger rows by reason.
        absent: Addresses that no candidate may have.
    """

    counts: dict[TextSource, int]
    found: tuple[Found, ...] = ()
    refused: dict[str, int] = field(default_factory=dict)
    absent: tuple[str, ...] = ()


PAGES = {
    "ar.goose.test_cnn_arabic.html": HandChecked(
        counts={"alt": 1, "title": 0, "figcaption": 0, "og": 2, "meta": 0},
        found=(
            ("http://host/.element/img/2.0/hdr-globe-central.gif", "alt", "CNN"),
            ("syria.clashes/Gal.syria.assad.army.jpg_-1_-1.jpg", "og", "معارضون يسيطرون..."),
            ("http://host/dir/Gal.syria.assad.army.jpg_-1_-1.jpg", "context", "معارضون يسيطرون..."),
        ),
        refused={"icon": 8},  # four links of 17 px, two lines, a rule, a logo of 23 px
        absent=("footer_cnn_logo.png", "1px.gif", "cnn/1.gif"),  # the last is in a comment
    ),
    "cs.mozr.aktualne.html": HandChecked(
        counts={"alt": 18, "title": 0, "figcaption": 0, "og": 4},
        found=(
            ("resize=80,80_.jpg?hash=83ebc2f07d84d7b7543faf0225af7587", "alt", "Aleš Vávra"),
            ("original/9b6b601b440031309c748f864087a138.jpg", "og", "West Ham hrozí..."),
            ("resize=720,405_.jpg?hash=460bb7264e563859fd174bc40225d7ad", "og", "Zázrak jedné..."),
        ),
        absent=("resize=280,187_.jpg?hash=0f952f57",),  # only in a srcset beside a real src
    ),
    "de.aeb.f81c6c05d9cb.html": HandChecked(
        counts={"alt": 10, "og": 4, "meta": 0},
        found=(
            ("image/Array-50/business-insider.jpg", "alt", "Business Insider"),
            ("130fa9-1470/gettyimages-962565236.jpg", "alt", "how to retire early"),
        ),
    ),
    "de.tra.landwirt.com.sensortechnik.html": HandChecked(
        counts={"alt": 3, "og": 1, "meta": 0, "figcaption": 0},  # title and description are one
        found=(("images/logo.jpg", "og", "Precision Farming: Moderne Sensortechnik im Kuhstall"),),
        refused={"tracking_pixel": 3},
        absent=("facebook.com/tr?id=628006550642291",),
    ),
    "de.tra.mix1.de-clio.html": HandChecked(
        counts={"alt": 26, "og": 2, "meta": 0},
        found=(
            ("images/cover/57398_80.gif", "alt", "Cover: Leslie Clio - Abcdef*ck Off"),
            ("images/cover/57398_80.gif", "context", "Leslie Clio Single: Abcdef*ck Off"),
            ("images/cover/57399_gr.png", "alt", "Cover: Leslie Clio - Brave New Woman"),
            ("images/cover/57399_gr.png", "og", "Leslie Clio präsentiert das Album..."),
        ),
        refused={"icon": 1},  # its logo once more, 23x15
        absent=("images/mix1-de.jpg",),
    ),
    "de.tra.winfuture.de-NASA.html": HandChecked(
        counts={"og": 4},
        found=(
            ("26673/NASA-Parker-Solar-Probe-1686657458-0-1.jpg", "alt", "NASA Parker Solar Probe"),
            ("teaser/1920/46877.jpg", "og", "NASA+ Streaming startet:..."),
            ("teaser/660/46878.jpg", "og", "NASA+ Streaming startet:..."),
        ),
        absent=("na/b30f13022fb54cf2b62f5a4115c34486",),
    ),
    "en.mozr.ebb-org.html": HandChecked(
        counts={"alt": 4, "title": 0, "figcaption": 0, "og": 0, "meta": 0},
        found=(
            ("http://host/images/feed-icon-14x14.png", "alt", "[RSS of Blog]"),
            ("by-sa/3.0/us/88x31.png", "alt", "Creative Commons License"),
        ),
    ),
    "en.mozr.lazy-image-1.html": HandChecked(
        # Eight figures of two images: a blurred preview of 60 px, and the picture in `<noscript>`.
        counts={"og": 2, "figcaption": 16},
        found=(
            ("max/126/1*_LkVyEmY2-W1rlZD2__W5g.jpeg", "alt", "Voodoo Engineering"),
            ("max/3788/1*5o3M5niyi911waUrKWVZ0Q.png", "figcaption", "Memory leak in action"),
            ("max/1200/1*EO-pr4RolgcAOj_Uk1rpDA.png", "og", "Why CPU monitoring is important?"),
        ),
    ),
    "en.mozr.lazy-image-2.html": HandChecked(
        counts={"alt": 63, "og": 2},
        found=(("w_470/gpf2pi3edjf1zumpctbg.jpg", "alt", "Here's When You'll Get Your..."),),
    ),
    "en.mozr.medicalnewstoday.html": HandChecked(
        counts={"og": 2, "meta": 0, "figcaption": 0},
        found=(
            ("logo/logo-2017-640-60.png", "alt", "MNT home"),
            ("318/318674/hand-holding-brain-lightbulb.jpg", "og", "How does the brain turn..."),
        ),
        absent=("facebook.com/tr?id=1039134266174910", "scorecardresearch.com/p?c1=2&c2=19983957"),
    ),
    "en.mozr.toc-missing.html": HandChecked(
        counts={"alt": 12, "og": 2, "figcaption": 12},
        found=(
            ("00-sql-anomaly-detection-scatter-plot.png", "alt", "Scatter plot"),
            ("00-sql-anomaly-detection-scatter-plot.png", "figcaption", "Scatter plot"),
            ("images/00-sql-anomaly-detection.png", "figcaption", "Can you spot..."),
        ),
    ),
    "en.mozr.wordpress.html": HandChecked(
        counts={"og": 4, "meta": 0, "figcaption": 0},
        found=(
            ("images/tavernlogo@2x.png", "alt", "WordPress Tavern Logo"),
            ("overflow.png?fit=1200%2C470&ssl=1&resize=350%2C200", "alt", "Stack Overflow..."),
            ("stack-overflow.png?fit=1200%2C470&ssl=1&w=640", "og", "Stack Overflow Jobs Data..."),
            ("2017/03/HighDemand.png?resize=975%2C854&ssl=1", "title", "HighDemand"),
        ),
    ),
    "es.tra.elmostrador.cl-congreso.html": HandChecked(
        counts={"og": 3, "figcaption": 1},
        found=(
            ("barras/barra_borrador_cc_desktop.png", "alt", "Barra borrador cc"),
            ("media/2022/05/foto_0000000120220310232812.jpg", "og", "Las trabas del Congreso:..."),
            ("foto_0000000120220310232812.jpg", "figcaption", "Este miércoles 4 de mayo..."),
        ),
    ),
    "es.tra.granma.cu-medidadecuba.htlm.html": HandChecked(
        counts={"alt": 43, "og": 2, "figcaption": 1},
        found=(
            ("https://www.granma.cu/static/img/heroes-cabezal.png", "alt", "Responsive image"),
            ("https://www.granma.cu/file/banner/banner_feria2022", "alt", "feria-del-libro"),
            ("granma.cu/file/img/2022/04/medium/f0265958.jpg", "title", "El Primer Secretario..."),
            ("file/img/2022/04/medium/f0265958.jpg", "figcaption", "El Primer Secretario..."),
        ),
    ),
    "fr.goose.test_basic_image.html": HandChecked(
        counts={"alt": 18, "og": 1, "meta": 0, "figcaption": 0},
        found=(
            ("ratio_x=03&ratio_y=02&width=476", "alt", "Jean-Marc Ayrault,..."),
            ("465395/?modified_at=1351411813", "og", "Ayrault «assume» et «revendique» sa méthode"),
        ),
        refused={"tracking_pixel": 2},
        absent=("logliberation.xiti.com/hit.xiti",),  # whose alt is "xiti"
    ),
    "fr.tra.sciencesetavenir.fr.rumeur.html": HandChecked(
        counts={"alt": 37, "og": 3},
        found=(
            ("cover-r1x1w100-5834b11017175-elon-musk.jpg", "alt", "Elon Musk"),
            ("cover-r4x3w1000-5f5b8f0b7b0c5-ibuprofene.jpg", "alt", "Ibuprofène"),
            ("cover-r4x3w1000-5f5b8f0b7b0c5-ibuprofene.jpg", "og", "Ibuprofène"),
        ),
        absent=("placeholder_100x100.jpg", "placeholder_48x48.jpg", "img/sea/logo.svg"),
    ),
    "id.aeb.21486419bb10.html": HandChecked(
        counts={"og": 2, "meta": 0, "figcaption": 0},
        found=(
            ("2012/05/mata.jpg?resize=40%2C40", "alt", "Memperbaiki Penglihatan Mata dengan Bekam"),
            ("2016/04/nasi-kebuli-jakarta-kecil.jpg", "alt", "Jual Nasi Kebuli"),
            ("2015/03/komentar-isis.png", "og", "Jangan Membenci..."),
        ),
    ),
    "it.aeb.20b2b64916b0.html": HandChecked(
        counts={"og": 3, "figcaption": 0},
        found=(
            ("images/remember-80-90.png", "alt", "Remember8090 brand"),
            ("somacro/email.png", "title", "Email"),
            ("somacro/email.png", "alt", "Email this to someone"),
        ),
        absent=("images/google-chrome.png",),  # in a comment for Internet Explorer
    ),
    "ja.aeb.85439e26c41c.html": HandChecked(
        counts={"alt": 14, "og": 2, "meta": 0},
        found=(
            ("http://host/img/logo.gif", "alt", "ライトハウス国際特許事務所"),
            ("http://host/common/img/h_contact.gif", "alt", "お問い合わせ"),
            ("2017/07/img_decision-info.jpg", "og", "商品の改造が..."),
        ),
        refused={"icon": 6},
        absent=("img_blog_facebook.gif",),
    ),
    "ja.post.www.itmedia.co.jp.html": HandChecked(
        counts={"alt": 8, "og": 0, "meta": 0, "figcaption": 0},
        found=(
            ("1902/22/ht0222_t02.jpg", "alt", "ウエスタンデジタルSSD"),
            ("1902/22/ht0222_t08.jpg", "context", "こちらは前モデルでの画面。..."),
        ),
        refused={"tracking_pixel": 1},
    ),
    "pt.aeb.23aaecd14171.html": HandChecked(
        counts={"alt": 4, "title": 4, "figcaption": 0, "og": 2, "meta": 0},
        found=(
            ("2014/09/LOGO-CESF-4-14.png", "alt", "Como Educar Seus Filhos"),
            ("2017/06/carlinhos.jpg", "alt", "Carlos Nadalim"),
            ("2017/04/IMAGEM-01.jpg", "title", "IMAGEM 01"),
        ),
    ),
    "pt.aeb.3252222e61fe.html": HandChecked(
        counts={"alt": 4, "title": 6, "figcaption": 0, "og": 2, "meta": 0},
        found=(
            ("2017/09/careta_thumb2.jpg", "title", "careta_thumb2"),
            ("2016/10/cesf.jpg", "alt", "A Fantástica Loja dos Materiais Educativos"),
        ),
    ),
    "pt.aeb.b3c19dd5f061.html": HandChecked(
        counts={"alt": 2, "title": 0, "figcaption": 0, "og": 2},
        found=(
            ("2018/10/logo-03.png", "alt", "Mensagens de Reflexão"),
            ("uploads/cada-um-e-responsavel.jpg", "og", "Só quem se Ama..."),
            ("uploads/2018/05/familia-unida.jpg", "context", "Você pode gostar..."),
        ),
        absent=("lazy_placeholder.gif", "logo-03-400x37.png"),
    ),
    "pt.mozr.folha.html": HandChecked(
        counts={"alt": 9, "figcaption": 2, "og": 3},
        found=(
            ("339a96ad0_1543844762_3x2_md.jpg", "alt", "Os times de coração..."),
            ("339a96ad0_1543844762_3x2_md.jpg", "figcaption", "Os times de coração..."),
        ),
    ),
    "ru.aeb.ff0f958ade71.html": HandChecked(
        counts={"alt": 14, "title": 1, "figcaption": 0, "og": 0, "meta": 0},
        found=(
            ("http://host/dir/nif/logo.png", "alt", "Диеты"),
            ("nif/dieta-atkinsa.jpg", "alt", "Диета Аткинса 10 кг 14 дней"),
            ("nif/dieta-atkinsa.jpg", "title", "Диета Аткинса 14 дней 10 кг"),
            ("nif/dieta-atkinsa.jpg", "context", "Диета Аткинса - потеря..."),
        ),
    ),
    "th.news4k.thai_article.html": HandChecked(
        counts={"alt": 0, "title": 0, "figcaption": 0, "og": 0, "meta": 0},
        found=(
            ("7890/46097871864_6f2f471e68_k_d.jpg", "context", "ผล DNA ยืนยัน..."),
        ),
        refused={"tracking_pixel": 1},
        absent=("statcounter.com/7919616/0/3b91cd3f/1/",),
    ),
    "xx.mozr.base-url.html": HandChecked(
        counts={"alt": 0, "title": 0, "figcaption": 0, "og": 0, "meta": 0},
        found=(
            ("http://host/dir/foo/bar/baz.png", "context", "Lorem"),
            ("http://host/foo/bar/baz.png", "context", "Lorem"),
            ("https://test/foo/bar/baz.png", "context", "Lorem"),
        ),
    ),
    "xx.mozr.lazy-image-3.html": HandChecked(
        counts={"alt": 2, "title": 0, "context": 2},
        found=(
            ("tplv-k3u1fbpfcp-watermark.jpg", "context", "Test Case 1"),
            ("tplv-k3u1fbpfcp-watermark.png", "context", "Test Case 2"),
        ),
    ),
    "xx.mozr.svg-parsing.html": HandChecked(
        counts={"alt": 0, "title": 0, "figcaption": 0, "og": 0, "meta": 0, "context": 0},
    ),
    "zh.goose.test_bbc_chinese.html": HandChecked(
        counts={"alt": 10, "og": 0, "meta": 0},
        found=(
            ("img/blq-blocks_grey_alpha.png", "alt", "BBC"),
            ("121206102108_cn_cy_leung_304x171_ap.jpg", "alt", "香港行政长官梁振英..."),
        ),
        absent=("blq-search_grey_alpha.png", "ml_name=SSI"),
    ),
}  # fmt: skip
