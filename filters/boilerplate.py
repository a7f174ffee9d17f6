"""Boilerplate: alt texts that every page has and that say nothing about the picture."""

import re
import unicodedata
from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import Candidate

# Whole texts only, after case folding and without punctuation. Collected by reading the most
# repeated alt texts of the archives and pages that the tests use; deliberately short.
PHRASES = frozenset(
    {
        "alt text", "back to top", "banner image", "click for larger image", "click here",
        "click image to enlarge", "click to enlarge", "click to view", "close menu", "company logo",
        "cover image", "default image", "featured image", "hero image", "home page",
        "image not available", "image not found", "image of", "image placeholder", "loading image",
        "main image", "menu icon", "no image", "no image available", "no photo", "photo of",
        "picture of", "placeholder image", "post image", "product image", "profile image",
        "profile photo", "profile picture", "read more", "search icon", "share on facebook",
        "share on twitter", "site logo", "skip to content", "spacer image", "thumbnail image",
        "tracking pixel", "user avatar", "view larger image", "website logo",
        "bild vergrößern", "kein bild", "kein bild vorhanden", "zum vergrößern klicken",
        "mehr erfahren", "cliquez pour agrandir", "image non disponible", "en savoir plus",
        "logo du site", "haga clic para ampliar", "imagen no disponible", "leer más",
        "clicca per ingrandire", "immagine non disponibile", "clique para ampliar",
        "imagem não disponível", "klik om te vergroten", "geen afbeelding",
    }
)  # fmt: skip

_FILE_NAME = re.compile(r"[\w\-. ()%+]{1,120}\.(?:jpe?g|png|gif|webp|bmp|tiff?|avif|svg)", re.I)
_CAMERA_NAME = re.compile(
    r"(?:img|dsc[fn]?|image|photo|picture|screenshot|scan)[ _-]?[\d _-]+", re.I
)


def normalise(text: str) -> str:
    """Returns `text` case-folded, without punctuation, in single spaces."""
    folded = unicodedata.normalize("NFC", text).casefold()
    kept = (" " if unicodedata.category(c)[0] in "PS" else c for c in folded)
    return " ".join("".join(kept).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """Rejects stock phrases and file names.

    Attributes:
        phrases: Normalised by `normalise`.
    """

    phrases: frozenset[str] = frozenset(map(normalise, PHRASES))

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        text = candidate.text.strip()
        is_name = _FILE_NAME.fullmatch(text) or _CAMERA_NAME.fullmatch(text)
        return Reject.BOILERPLATE if is_name or normalise(text) in self.phrases else None
