"""A folder of pictures with their captions beside them: `cat.jpg` and `cat.txt`."""

from collections.abc import Iterator

from pipeline.crawl.folder_contents import is_caption, is_picture, stem_of
from pipeline.crawl.inputs import CrawlInput
from pipeline.crawl.lists.row_items import Item, drop
from pipeline.crawl.pictures.pictures import point_at
from pipeline.shards.storage import list_files, read_bytes
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject
from schemas.records import Candidate
from schemas.uid import clean_text, make_uid

FILES_PER_PART = 10_000
MAX_CAPTION_BYTES = 2**20  # what is longer is no caption


def split_picture_folder(item: CrawlInput) -> Iterator[CrawlInput]:
    """Yields parts of a folder, by the places of its files in their order."""
    count = len(list_files(item.path))
    for start in range(0, count, FILES_PER_PART):
        end = min(start + FILES_PER_PART, count)
        yield CrawlInput(path=item.path, kind=item.kind, start=start, end=end)


def read_picture_folder(item: CrawlInput) -> Iterator[Item]:
    """Yields what each picture right in the folder gives, and a row for a caption without one.

    The whole caption is one text. Other files are passed, and so are subfolders.
    """
    files = list_files(item.path)
    captions = {stem_of(file): file for file in files if is_caption(file)}
    pictures = {stem_of(file) for file in files if is_picture(file)}
    for file in files[item.start : item.end if item.end >= 0 else None]:
        if is_picture(file):
            yield _read(file, captions.get(stem_of(file)))
        elif is_caption(file) and stem_of(file) not in pictures:
            yield drop(file, Failure.FILE_MISSING, "no picture beside this caption")


def _read(file: str, caption: str | None) -> Item:
    try:
        if caption is None:
            raise RecordRejected(Reject.NO_ALT, "no caption beside it")
        text = _read_caption(caption)
        picture = point_at(file)
    except RecordError as error:
        return drop(file, error.outcome, error.detail)
    return Candidate(
        uid=make_uid(picture.name, text),
        url=picture.name,
        text=text,
        text_source="list",
        source=file,
        image=picture.ref,
    )


def _read_caption(path: str) -> str:
    data = read_bytes(path)
    if len(data) > MAX_CAPTION_BYTES:
        raise RecordFailed(Failure.TOO_LARGE, f"a caption over {MAX_CAPTION_BYTES} bytes")
    try:
        text = clean_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RecordFailed(Failure.ROW, "the caption is not UTF-8") from error
    if not text:
        raise RecordRejected(Reject.NO_ALT, "an empty caption")
    return text
