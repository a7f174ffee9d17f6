"""WebDataset tars as an input: pictures are pointed at where they lie in the tar."""

import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import BinaryIO

from pipeline.crawl.folder_contents import is_picture
from pipeline.crawl.lists.columns import TEXT_NAMES, URL_NAMES
from pipeline.crawl.lists.extra import encode_extra
from pipeline.crawl.lists.row_items import Item, drop
from pipeline.shards.storage import open_input
from schemas.errors import RecordError, RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject
from schemas.records import Candidate, ImageKind, ImageRef
from schemas.uid import clean_text, make_uid, name_picture, resolve_url

MAX_TEXT_BYTES = 2**20  # of a sample's `.txt` or `.json`
_CHUNK_BYTES = 2**20
_BLOCK_BYTES = 512


def read_picture_tar(path: str) -> Iterator[Item]:
    """Yields a candidate or a ledger row for each picture of a tar, and a row if the tar is cut.

    A sample is what stands side by side with the same name up to the first dot after the last
    slash (the WebDataset format). Its text is in its `.txt`, or in its `.json` under the names
    that lists have; its URL and what else the JSON holds come along.
    """
    try:
        with open_input(path) as stream:
            yield from _read_tar(stream, path)
    except FileNotFoundError:
        yield drop(path, Failure.FILE_MISSING, "no such file")
    except (tarfile.TarError, RecordFailed):
        yield drop(path, Failure.FILE_FORMAT, "no tar, or not a whole one")


def _read_tar(stream: BinaryIO, path: str) -> Iterator[Item]:
    held: list[tarfile.TarInfo] = []  # a sample is whole once the next one, or the end, is seen
    with tarfile.open(fileobj=stream, mode="r:") as tar:
        for _, sample in groupby(_members(tar), key=_key):
            yield from _read_sample(tar, path, held)
            held = list(sample)
        stream.seek(tar.offset)
        # tarfile takes a cut between two members, and a broken header, for the end.
        if stream.read(_BLOCK_BYTES) != bytes(_BLOCK_BYTES):
            raise RecordFailed(Failure.FILE_FORMAT, "the end mark is missing")
        yield from _read_sample(tar, path, held)


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := _next(tar)) is not None:
        tar.members = []  # type: ignore[attr-defined]  # tarfile keeps every header it has read
        if member.isreg() and not member.issparse():
            yield member


def _next(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    try:
        return tar.next()
    except tarfile.ReadError:
        return None  # where it stopped there is no end mark


def _key(member: tarfile.TarInfo) -> str:
    folder, _, name = member.name.rpartition("/")
    return f"{folder}/{name.partition('.')[0]}"


def _read_sample(tar: tarfile.TarFile, path: str, members: list[tarfile.TarInfo]) -> Iterator[Item]:
    pictures = [member for member in members if is_picture(member.name)]
    if members and not pictures:
        yield drop(_shown(path, members[0]), Failure.FILE_MISSING, "no picture in the sample")
    for picture in pictures:
        try:
            facts = _facts(tar, members)
            yield _candidate(tar, path, picture, facts)
        except RecordError as error:
            yield drop(_shown(path, picture), error.outcome, error.detail)


def _shown(path: str, member: tarfile.TarInfo) -> str:
    return f"{path}#{clean_text(member.name.encode('utf-8', 'replace').decode())}"


def _facts(tar: tarfile.TarFile, members: list[tarfile.TarInfo]) -> dict[str, object]:
    """Returns what the sample's text members say."""
    by_suffix = {member.name.rpartition(".")[2].lower(): member for member in members}
    facts: dict[str, object] = {}
    if "json" in by_suffix:
        try:
            found = json.loads(_read(tar, by_suffix["json"]))
        except (ValueError, RecursionError) as error:
            raise RecordFailed(Failure.ROW, "its .json is not JSON") from error
        facts = found if isinstance(found, dict) else {}
    if "txt" in by_suffix:
        try:
            facts["txt"] = _read(tar, by_suffix["txt"]).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RecordFailed(Failure.ROW, "its .txt is not UTF-8") from error
    return facts


def _read(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > MAX_TEXT_BYTES:
        raise RecordFailed(Failure.TOO_LARGE, f"a text over {MAX_TEXT_BYTES} bytes")
    stream = tar.extractfile(member)
    assert stream is not None  # a regular file
    return stream.read()


def _candidate(
    tar: tarfile.TarFile, path: str, picture: tarfile.TarInfo, facts: Mapping[str, object]
) -> Candidate:
    names = ("txt", *(name for group in TEXT_NAMES for name in group))
    texts = {name: text for name in names if (text := _clean(facts.get(name)))}
    if not texts:
        raise RecordRejected(Reject.NO_ALT, "no text in the sample")
    if not picture.size:
        raise RecordFailed(Failure.EMPTY, "an empty picture")
    text = next(iter(texts.values()))
    url = _url(facts) or name_picture(_hash(tar, picture))
    ref = ImageRef(
        source=path, offset=picture.offset_data, length=picture.size, kind=ImageKind.BYTES
    )
    others = [name for name in facts if name not in (*URL_NAMES, next(iter(texts)))]
    return Candidate(
        uid=make_uid(url, text),
        url=url,
        text=text,
        text_source="list",
        source=path,
        source_offset=picture.offset,
        image=ref,
        extra=encode_extra(facts, others),
    )


def _clean(value: object) -> str:
    return clean_text(value) if isinstance(value, str) else ""


def _url(facts: Mapping[str, object]) -> str | None:
    for name in URL_NAMES:
        try:
            return resolve_url(str(facts.get(name) or ""))
        except RecordRejected:
            continue
    return None


def _hash(tar: tarfile.TarFile, picture: tarfile.TarInfo) -> str:
    digest = hashlib.sha256()
    stream = tar.extractfile(picture)
    assert stream is not None  # a regular file
    while chunk := stream.read(_CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
