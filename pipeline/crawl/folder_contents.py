"""What the files of a folder are to each other: pictures with captions, tars with their tables."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

# What the download stage decodes (pipeline.download.decode).
PICTURE_SUFFIXES = (*(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".avif"),)
CAPTION_SUFFIX = ".txt"
TAR_SUFFIX = ".tar"
_BESIDE_A_TAR = (".parquet", "_stats.json")  # img2dataset's, of the same pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderContents:
    """What is special in a folder.

    Attributes:
        captioned: Folders in which a picture has a caption beside it, such as `cat.jpg` with
            `cat.txt`; every `.txt` right in them is a caption.
        taken: Files that belong to another one and are no inputs of their own.
        has_pictures: Whether there is a picture at all.
    """

    captioned: tuple[str, ...]
    taken: frozenset[str]
    has_pictures: bool


def is_picture(path: str) -> bool:
    """Whether a file's name ends as pictures' names do."""
    return path.lower().endswith(PICTURE_SUFFIXES)


def is_caption(path: str) -> bool:
    """Whether a file's name ends as captions' names do."""
    return path.lower().endswith(CAPTION_SUFFIX)


def stem_of(path: str) -> str:
    """Returns the path without the last suffix."""
    return path.rpartition(".")[0]


def look_into(files: Iterable[str]) -> FolderContents:
    """Returns what the files of a folder and its subfolders are to each other."""
    captions = defaultdict[str, list[str]](list)
    pictures, tars, others = set[str](), set[str](), list[str]()
    for file in files:
        if is_picture(file):
            pictures.add(stem_of(file))
        elif is_caption(file):
            captions[file.rpartition("/")[0]].append(file)
        elif file.endswith(TAR_SUFFIX):
            tars.add(stem_of(file))
        else:
            others.append(file)
    captioned = [
        folder for folder, texts in captions.items() if any(stem_of(t) in pictures for t in texts)
    ]
    taken = {text for folder in captioned for text in captions[folder]}
    taken |= {file for file in others if _stem_beside_tar(file) in tars}
    return FolderContents(
        captioned=tuple(sorted(captioned)), taken=frozenset(taken), has_pictures=bool(pictures)
    )


def _stem_beside_tar(file: str) -> str | None:
    return next((file[: -len(end)] for end in _BESIDE_A_TAR if file.endswith(end)), None)
