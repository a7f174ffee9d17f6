"""Records in their order: in memory while they are few, else in a temporary file without a name.

So millions can be tried: a pass holds one batch, and what must be seen together is scattered over
parts by its key first (the partitions of an external hash join).
"""

import pickle
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from tempfile import SpooledTemporaryFile
from typing import Generic, TypeVar

MEMORY_BYTES = 64 * 2**20  # of a spool, and of all parts together
BATCH = 1024  # languages are identified so many at a time
_PART_BATCH = 64
_RECORDS_PER_PART = 20_000
_MAX_PARTS = 128  # open files; some systems allow 256

T = TypeVar("T")


class Spool(Generic[T]):
    """A list that may be larger than memory; it is read as often as one likes, one at a time."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES, batch: int = BATCH) -> None:
        # Closed by `close`: the file has to outlive this call.
        self._file = SpooledTemporaryFile(max_size=memory_bytes)  # noqa: SIM115
        self._waiting: list[T] = []
        self._batch = batch
        self._end = 0
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        for batch in self.batches():
            yield from batch

    def add(self, item: T) -> None:
        """Adds one at the end."""
        self._waiting.append(item)
        self._length += 1
        if len(self._waiting) == self._batch:
            self._write()

    def extend(self, items: Iterable[T]) -> None:
        """Adds many at the end."""
        for item in items:
            self.add(item)

    def batches(self) -> Iterator[list[T]]:
        """Yields all items in their order, some at a time."""
        if self._waiting:
            self._write()
        place = 0
        while place < self._end:
            self._file.seek(place)
            batch = pickle.load(self._file)  # what this object wrote
            place = self._file.tell()
            yield batch

    def close(self) -> None:
        """Gives memory and disk back."""
        self._file.close()

    def _write(self) -> None:
        self._file.seek(self._end)
        pickle.dump(self._waiting, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._end = self._file.tell()
        self._waiting = []


@contextmanager
def scatter(keyed: Iterable[tuple[bytes, T]], num_records: int) -> Iterator[list[Spool[T]]]:
    """Parts `(key, item)` so that items of one key are together, some 20,000 records in each.

    Args:
        keyed: Keys and items.
        num_records: About how many there are.
    """
    num_parts = min(_MAX_PARTS, 1 + num_records // _RECORDS_PER_PART)
    with ExitStack() as stack:
        parts = [
            stack.enter_context(closing(Spool[T](MEMORY_BYTES // num_parts, _PART_BATCH)))
            for _ in range(num_parts)
        ]
        for key, item in keyed:
            parts[zlib.crc32(key) % num_parts].add(item)
        yield parts
