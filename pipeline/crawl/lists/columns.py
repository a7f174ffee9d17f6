"""Which column of a list is what: by name, by type, or as the user says."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pipeline.crawl.options import ReadOptions
from schemas.errors import UserError

# The names of img2dataset's examples, LAION, CC12M, COYO, DataComp, best first.
URL_NAMES = ("url", "image_url", "link")
# What stands together is one text: the first of a row's columns that is not empty. The groups of
# more than one are those of Recap-DataComp-1B and of Google's Wikipedia image texts.
TEXT_NAMES = (
    ("text",),
    ("caption",),
    ("re_caption", "org_caption"),
    (
        "caption_reference_description",
        "caption_attribution_description",
        "caption_alt_text_description",
    ),
    ("alt",),
    ("alt_text",),
    ("txt",),
    ("captions",),
    ("sentences",),
    ("title",),
)
_FIRST_TEXT_NAMES = ("text", "caption", "alt")
PAGE_NAMES = ("page_url",)
# `img` is the name in several datasets of the Hugging Face Hub.
PICTURE_NAMES = ("image", "jpg", "png", "jpeg", "webp", "img")
# `file_name` is imagefolder's (datasets), `filepath` open_clip's.
FILE_NAMES = ("file_name", "filepath", "image_path", "filename", "file")
# imagefolder's name for a list whose pictures lie beside it, whatever other columns it has.
FOLDER_LIST = "metadata."


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of one list, named as the list writes them.

    Attributes:
        url: Of the picture; a list of pictures at hand may have none.
        texts: The first that is not empty counts.
        page: URL of the page that shows the picture.
        picture: Holds the picture: bytes, or a struct of `bytes` and `path`.
        file: Names the picture's file, relative to the list.
        extra: Carried through; None for whatever else a row has.
    """

    url: str | None
    texts: tuple[str, ...]
    page: str | None
    picture: str | None
    file: str | None
    extra: tuple[str, ...] | None

    @property
    def used(self) -> tuple[str, ...]:
        """What is read for its meaning, not carried through."""
        found = (self.url, *self.texts, self.page, self.picture, self.file)
        return tuple(name for name in found if name)

    @property
    def wanted(self) -> tuple[str, ...]:
        """What must be read of a typed table."""
        return tuple(dict.fromkeys((*self.used, *(self.extra or ()))))


def header_names(options: ReadOptions) -> frozenset[str]:
    """Returns the names that mark a first line as a header, in lower case."""
    said = (options.url_column, options.text_column, options.image_column)
    texts = (name for group in TEXT_NAMES for name in group)
    known = (*URL_NAMES, *texts, *PAGE_NAMES, *FILE_NAMES, *(options.extra_columns or ()))
    return frozenset(name.lower() for name in (*known, *said) if name)


def find_columns(
    path: str, names: Sequence[str], schema: pa.Schema | None, options: ReadOptions
) -> Columns:
    """Returns what each column of a list is.

    Args:
        path: Of the list, for messages; `metadata.*` is a list of files.
        names: Of the columns.
        schema: Their types, if the format has any.
        options: What the user says.

    Raises:
        UserError: A column is missing, or holds what it must not.
    """
    finder = _Finder(path, tuple(names), schema)
    picture = finder.picture(options.image_column)
    url = finder.find(options.url_column, URL_NAMES, "--url-column", schema_kind=_is_text)
    file = None if picture else finder.file(options.image_column, url)
    if not (picture or file or url):
        raise finder.lacks(" or ".join(URL_NAMES), "--url-column")
    texts = finder.texts(options.text_column)
    if not texts and len(names) > 1:
        raise finder.lacks(" or ".join(_FIRST_TEXT_NAMES), "--text-column")
    page = finder.find(None, PAGE_NAMES, "", schema_kind=_is_text)
    used = {name for name in (url, *texts, page, picture, file) if name}
    return Columns(
        url=url,
        texts=texts,
        page=page,
        picture=picture,
        file=file,
        extra=finder.extra(options.extra_columns, used),
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """Finds columns by the names that the user or a published list gives them."""

    path: str
    names: tuple[str, ...]
    schema: pa.Schema | None

    def lacks(self, what: str, flag: str) -> UserError:
        has = ", ".join(self.names)
        return UserError(f"{self.path}: no column {what}; it has {has}: name one with {flag}")

    def find(
        self,
        said: str | None,
        known: Iterable[str],
        flag: str,
        schema_kind: Callable[[pa.DataType], bool],
    ) -> str | None:
        """Returns the column that the user named, or the first known one of a fitting type."""
        if said is None:
            fitting = (self._named(name) for name in known)
            return next((name for name in fitting if name and self._is(name, schema_kind)), None)
        name = self._named(said)
        if name is None:
            raise self.lacks(repr(said), flag)
        if not self._is(name, schema_kind):
            kind = self._kind(name)
            raise UserError(f"{self.path}: the column {name!r} holds {kind}, not what {flag} needs")
        return name

    def picture(self, said: str | None) -> str | None:
        """Returns the column that holds pictures; only a typed list can have one."""
        if self.schema is None:
            return None
        if said and (name := self._named(said)) and not self._is(name, _is_picture):
            return None
        return self.find(said, PICTURE_NAMES, "--image-column", _is_picture)

    def file(self, said: str | None, url: str | None) -> str | None:
        """Returns the column that names pictures' files, if that is how this list is meant."""
        is_folder_list = self.path.replace("\\", "/").rpartition("/")[2].startswith(FOLDER_LIST)
        if url and not said and not is_folder_list:
            return None
        return self.find(said, FILE_NAMES, "--image-column", _is_text)

    def texts(self, said: str | None) -> tuple[str, ...]:
        """Returns the columns of the first group that has any."""
        if said:
            found = self.find(said, (), "--text-column", _is_texts)
            return (found,) if found else ()
        for group in TEXT_NAMES:
            columns = [self.find(None, (name,), "", _is_texts) for name in group]
            if present := tuple(name for name in columns if name):
                return present
        return ()

    def extra(self, said: Sequence[str] | None, used: Collection[str]) -> tuple[str, ...] | None:
        """Returns what is carried through: what the user named, else all but bytes."""
        if said is not None:
            found = (self.find(name, (), "--extra-column", _is_no_bytes) for name in said)
            return tuple(name for name in found if name)
        if self.schema is None:
            return None
        free = (name for name in self.names if name not in used)
        return tuple(name for name in free if self._is(name, _is_no_bytes))

    def _named(self, wanted: str) -> str | None:
        if wanted in self.names:
            return wanted
        lower = wanted.lower()
        return next((name for name in self.names if name.lower() == lower), None)

    def _kind(self, name: str) -> pa.DataType | None:
        return self.schema.field(name).type if self.schema is not None else None

    def _is(self, name: str, kind: Callable[[pa.DataType], bool]) -> bool:
        found = self._kind(name)
        return found is None or kind(found)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    is_text: bool = (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    )
    return is_text or pa.types.is_string_view(kind)


def _is_texts(kind: pa.DataType) -> bool:
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return _is_text(kind) or (is_list and _is_text(kind.field(0).type))


def _is_picture(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        place = kind.get_field_index("bytes")
        return place >= 0 and _is_bytes(kind.field(place).type)
    return _is_bytes(kind)


def _is_bytes(kind: pa.DataType) -> bool:
    is_bytes: bool = (
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )
    return is_bytes or pa.types.is_binary_view(kind)


def _is_no_bytes(kind: pa.DataType) -> bool:
    inner = [kind.field(place).type for place in range(kind.num_fields)]
    return not _is_bytes(kind) and all(map(_is_no_bytes, inner))
