"""Boilerplate: alt texts that every page has and that say nothing about the picture."""

import re
import unicodedata
from dataclasses import dataclass

from filters.characters import MARKS
from schemas.outcomes import Reject
from schemas.records import Candidate

# Whole texts only, after case folding and without punctuation. English was collected by reading
# the most repeated alt texts of the archives and pages that the tests use, the other languages
# name the same parts of a page: enlarge, no picture, logo, read more, close, share, search,
# profile picture. Deliberately short: what is repeated in a run, `drop_text_above` finds.
PHRASES = {
    "en": (
        "add to cart", "add to wishlist", "alt text", "author image", "avatar image",
        "back to top", "background image", "banner image", "blog post image", "book cover",
        "category image", "click for larger image", "click here", "click image to enlarge",
        "click to enlarge", "click to view", "click to zoom", "close menu", "company logo",
        "cover image", "cover photo", "default image", "default title", "facebook icon",
        "featured image", "gallery image", "go to top", "header image", "hero image", "home page",
        "image", "image alt text", "image for", "image not available", "image not found",
        "image of", "image placeholder", "image may contain", "instagram icon",
        "load image into gallery viewer", "loading image", "logo", "logo image", "main image",
        "menu icon", "missing image", "more info", "no automatic alt text available", "no image",
        "no image available", "no photo", "no photo available", "no photo description available",
        "null", "open image in modal", "open media 1 in modal", "opens in a new window",
        "opens in new window", "photo of", "picture of", "placeholder", "placeholder image",
        "play video", "post image", "post thumbnail", "preview image", "product image",
        "product photo", "product thumbnail", "profile image", "profile photo", "profile picture",
        "quick view", "read more", "related image", "school logo", "search icon",
        "share on facebook", "share on pinterest", "share on twitter", "share this", "shop now",
        "site logo", "skip to content", "skip to main content", "slide image", "spacer image",
        "stock image", "stock photo", "team logo", "thumbnail", "thumbnail for", "thumbnail image",
        "this image has an empty alt attribute", "toggle navigation", "tracking pixel",
        "twitter icon", "undefined", "untitled", "user avatar", "user image", "view fullsize",
        "view larger", "view larger image", "view more", "website logo", "youtube icon",
        "your browser does not support the video tag",
    ),
    "de": (
        "bild", "bild anzeigen", "bild folgt", "bild in originalgröße", "bild nicht verfügbar",
        "bild vergrößern", "bild öffnen", "dieses bild hat ein leeres alt attribut",
        "fenster schließen", "hier klicken", "kein bild", "kein bild verfügbar",
        "kein bild vorhanden", "kein foto", "klicken zum vergrößern", "klicken sie hier",
        "mehr erfahren", "mehr lesen", "nach oben", "platzhalter", "platzhalterbild", "produktbild",
        "profilbild", "startseite", "vorschaubild", "weiterlesen", "zum inhalt springen",
        "zum vergrößern anklicken", "zum vergrößern klicken", "zur startseite",
    ),
    "fr": (
        "aller au contenu", "agrandir l image", "aucune image", "aucune image disponible",
        "aucune photo", "cliquer pour agrandir", "cliquez ici", "cliquez pour agrandir",
        "cliquez sur l image pour agrandir", "en savoir plus", "fermer le menu", "image à la une",
        "image du produit", "image non disponible", "image par défaut", "image produit",
        "lire la suite", "logo du site", "pas d image", "pas de photo", "photo de profil",
        "photo non disponible", "retour en haut", "voir plus",
    ),
    "es": (
        "cerrar menú", "clic para ampliar", "foto de perfil", "haga clic aquí",
        "haga clic para ampliar", "haz clic para ampliar", "imagen de perfil",
        "imagen del producto", "imagen destacada", "imagen no disponible", "imagen por defecto",
        "imagen relacionada", "leer más", "logotipo del sitio", "saltar al contenido",
        "sin foto", "sin imagen", "ver imagen", "ver más", "volver arriba",
    ),
    "it": (
        "clicca per ingrandire", "clicca qui", "foto non disponibile", "foto profilo",
        "immagine del prodotto", "immagine di copertina", "immagine in evidenza",
        "immagine non disponibile", "immagine profilo", "leggi di più", "leggi tutto",
        "logo del sito", "nessuna immagine", "scopri di più", "torna su", "vai al contenuto",
    ),
    "pt": (
        "clique aqui", "clique para ampliar", "foto de perfil", "imagem de destaque",
        "imagem do produto", "imagem indisponível", "imagem não disponível", "leia mais",
        "logo do site", "pular para o conteúdo", "saiba mais", "sem foto", "sem imagem",
        "ver mais", "voltar ao topo",
    ),
    "nl": (
        "afbeelding niet beschikbaar", "geen afbeelding", "geen afbeelding beschikbaar",
        "geen foto", "klik hier", "klik om te vergroten", "klik voor een grotere afbeelding",
        "lees meer", "lees verder", "meer informatie", "naar boven", "productafbeelding",
        "profielfoto", "uitgelichte afbeelding",
    ),
    "pl": (
        "brak obrazka", "brak zdjęcia", "czytaj więcej", "czytaj dalej", "domyślny obraz",
        "kliknij aby powiększyć", "kliknij tutaj", "obrazek wyróżniający", "powiększ zdjęcie",
        "przejdź do treści", "zdjęcie produktu", "zdjęcie profilowe", "zobacz więcej",
    ),
    "cs": (
        "číst dále", "klikněte pro zvětšení", "obrázek není k dispozici", "profilový obrázek",
        "více informací", "zobrazit více",
    ),
    "sv": ("bild saknas", "ingen bild", "klicka för större bild", "läs mer", "profilbild"),
    "da": ("billede mangler", "intet billede", "klik for større billede", "læs mere"),
    "tr": (
        "büyütmek için tıklayın", "daha fazla", "devamını oku", "öne çıkan görsel",  # noqa: RUF001
        "profil resmi", "resim bulunamadı", "resim yok", "ürün görseli",  # noqa: RUF001
    ),
    "ru": (
        "изображение", "изображение недоступно", "изображение отсутствует", "логотип сайта",
        "нажмите для увеличения", "нажмите чтобы увеличить", "нет изображения", "нет фото",
        "подробнее", "увеличить изображение", "фото отсутствует", "фото профиля", "читать далее",
    ),
    "uk": ("детальніше", "зображення відсутнє", "немає зображення", "немає фото", "читати далі"),
    "id": ("baca selengkapnya", "foto profil", "gambar produk", "klik untuk memperbesar"),
    "vi": ("ảnh đại diện", "không có hình ảnh", "xem thêm", "đọc tiếp"),
    "ar": ("اضغط للتكبير", "اقرأ المزيد", "صورة الملف الشخصي", "لا توجد صورة"),
    "ja": (
        "アイキャッチ画像", "クリックで拡大", "クリックすると拡大します", "ノーイメージ",
        "プロフィール画像", "もっと見る", "画像", "画像なし", "画像はありません", "画像を拡大",
        "商品画像", "続きを読む",
    ),
    "zh": (
        "点击查看大图", "点击放大", "查看更多", "加载中", "暂无图片", "默认图片", "图片", "无图片",
        "點擊放大", "暫無圖片", "查看更多內容", "閱讀更多",
    ),
    "ko": ("더 보기", "이미지 없음", "이미지가 없습니다", "클릭하면 확대됩니다", "대표 이미지"),
}  # fmt: skip

_NO_WORD = re.compile(rf"[^\w{MARKS}]+|_+")
_ASCII_FOLDED = bytes(ord(chr(c).lower()) if chr(c).isalnum() else 0x20 for c in range(128)).ljust(
    256
)


def normalise(text: str) -> str:
    """Returns `text` case-folded, without punctuation, in single spaces."""
    if text.isascii():  # three times as fast (measured)
        return " ".join(text.encode().translate(_ASCII_FOLDED).decode().split())
    text = unicodedata.normalize("NFC", text)
    return " ".join(_NO_WORD.sub(" ", text.casefold()).split())


_ALL = frozenset(normalise(phrase) for phrases in PHRASES.values() for phrase in phrases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """Rejects stock phrases of any language; a page's language and its buttons' often differ.

    Attributes:
        phrases: Normalised by `normalise`.
    """

    phrases: frozenset[str] = _ALL

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        text = candidate.text
        if len(text) > _LONGEST or text.count(" ") > _MOST_SPACES:
            return None
        return Reject.BOILERPLATE if normalise(text) in self.phrases else None


def with_phrases(phrases: tuple[str, ...]) -> Boilerplate:
    """Returns the filter with more phrases than ours."""
    return Boilerplate(phrases=_ALL | {normalise(phrase) for phrase in phrases})


# A text beyond these says more than a phrase, whatever of it is punctuation; few have to be
# normalised then.
_LONGEST = 3 * max(map(len, _ALL))
_MOST_SPACES = 3 + max(phrase.count(" ") for phrase in _ALL)
