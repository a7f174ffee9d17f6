"""The whole records of an archive, and a ledger row for each damage between them.

A record is held back until the reader has passed its end, so a broken one is never used.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pipeline.archives.arc_frames import read_arc_frames
from pipeline.archives.damage import Damage, Extent, check_record, find_next_record
from pipeline.archives.frames import BrokenFrame, Frame
from pipeline.archives.layout import Layout, Packing
from pipeline.archives.warc_frames import read_warc_frames
from pipeline.archives.window import Window
from schemas.outcomes import Failure

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Generic[T_co]):
    """What was taken of one record that is whole.

    Attributes:
        offset: Of the record in the file; None where it cannot be read alone.
    """

    offset: int | None
    content: T_co


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Records that lie one behind another.

    Attributes:
        stream: The archive.
        layout: From `find_layout`.
        start: Where a record begins.
        end: Records that begin here or behind belong to another part.
    """

    stream: Window
    layout: Layout
    start: int
    end: int


def read_records(part: Part, take: Callable[[Frame], T | None]) -> Iterator[Whole[T] | Damage]:
    """Yields what `take` returns for each record of a part, and the damages, in their order.

    Args:
        part: Of an archive; its damages are those that begin in it.
        take: Reads of a record what it wants, and returns None for what is of no use.
    """
    position: int | None = part.start
    is_lenient = False
    suspect = -1
    while position is not None and position < min(part.end, part.stream.end):
        run = _Run(part, position, take, is_lenient=is_lenient)
        yield from run.items()
        if suspect >= 0 and not (run.is_broken and run.is_first):
            yield _not_readable(suspect)
        found = None if run.is_done else check_record(part.stream, run.offset, part.layout)
        if run.held and not (isinstance(found, Damage) and found.at <= run.offset):
            yield run.held
        step = _next_step(part, run, found)
        if step.damage and step.damage.at < part.end:
            yield step.damage
        position, is_lenient = step.position, step.is_lenient
        suspect = run.offset if step.is_suspect else -1
    if suspect >= 0 and (position is None or _is_readable(part, position)):
        yield _not_readable(suspect)


def _is_readable(part: Part, position: int) -> bool:
    """Whether what broke the reader off lies before `position`, where another part begins."""
    whole = replace(part, end=part.stream.end)
    run: _Run[None] = _Run(whole, position, lambda _: None, is_lenient=False)
    next(run.items(), None)
    return position >= whole.end or not (run.is_broken and run.is_first)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What comes after a run."""

    position: int | None
    damage: Damage | None = None
    is_lenient: bool = False
    is_suspect: bool = False


def _next_step(part: Part, run: "_Run[T]", found: Extent | Damage | None) -> _Step:
    if found is None:
        return _Step(position=None)
    if isinstance(found, Damage):
        behind = find_next_record(part.stream, found.at, part.layout)
        return _Step(position=behind, damage=found)
    if found.is_empty or not run.is_broken:
        # What broke the reader off lies behind, or in the member itself if that holds several.
        is_within = run.is_cut_off and not found.is_empty and part.layout.codec is not None
        return _Step(position=found.end, is_suspect=is_within)
    if not run.is_first:
        # It may lie in the member before, which holds several: then a record begins here.
        return _Step(position=run.offset, is_suspect=True)
    if not run.is_lenient and part.layout.packing != Packing.WHOLE:
        return _Step(position=run.offset, is_lenient=True)
    return _Step(position=found.end, damage=_not_readable(run.offset))


def _not_readable(at: int) -> Damage:
    return Damage(outcome=Failure.WARC_RECORD, at=at, why="not readable")


class _Run(Generic[T]):
    """The records from one offset to the part's end or whatever ends the reader.

    Attributes:
        offset: Of the last record that was begun.
        held: What was taken of it.
        is_broken: Whether the reader had trouble with it.
        is_first: Whether it is the first of the run.
        is_cut_off: Whether the reader had trouble before it came to the next one.
        is_done: Whether the run came to the part's end.
    """

    def __init__(
        self, part: Part, start: int, take: Callable[[Frame], T | None], *, is_lenient: bool
    ) -> None:
        self._part = part
        self._start = start
        self._take = take
        self.is_lenient = is_lenient
        self.offset = start
        self.held: Whole[T] | None = None
        self.is_broken = True
        self.is_first = True
        self.is_cut_off = False
        self.is_done = False

    def items(self) -> Iterator[Whole[T]]:
        """Yields each record's item once the next record was reached; the last stays `held`."""
        frames = self._frames()
        previous = -1
        while (frame := self._next(frames)) is not None:
            if self.held:
                # Two at one offset lie in one member: only the first could be read alone.
                is_shared = frame.offset == self.held.offset
                yield replace(self.held, offset=None) if is_shared else self.held
                self.held = None
            place: int | None = None
            if self._part.layout.packing != Packing.WHOLE:
                if previous < 0 and not self._begins_at(frame.offset):
                    return  # it passed over what it cannot read
                if frame.offset >= self._part.end:
                    self.is_done = True
                    return
                if self.is_lenient and previous >= 0:
                    return  # one record at a time, lest it passes over another
                place = frame.offset if frame.offset != previous else None
                self.is_first = previous < 0
                previous = self.offset = frame.offset
            content = self._read(frame)
            if self.is_broken:
                return
            if content is not None:
                self.held = Whole(offset=place, content=content)

    def _begins_at(self, offset: int) -> bool:
        """Whether nothing lies between the start and `offset`, where the reader found a record."""
        position, stream = self._start, self._part.stream
        if self._part.layout.codec is None:
            stream.seek(position)
            return not stream.read(offset - position).strip(b"\r\n")
        while position < offset:
            found = check_record(stream, position, self._part.layout)
            if not isinstance(found, Extent) or not found.is_empty:
                return False
            position = found.end
        return position == offset

    def _frames(self) -> Iterator[Frame]:
        layout = self._part.layout
        # A window of its own: others move the part's one.
        stream = Window(self._part.stream, end=self._part.stream.end)
        if layout.is_arc:
            return read_arc_frames(stream, self.offset, layout)
        return read_warc_frames(
            stream, self.offset, dictionary=layout.dictionary, is_lenient=self.is_lenient
        )

    def _next(self, frames: Iterator[Frame]) -> Frame | None:
        try:
            return next(frames, None)
        except BrokenFrame:
            self.is_cut_off = True
            return None

    def _read(self, frame: Frame) -> T | None:
        """Returns what was taken; marks the run as broken if the file has less than is due."""
        self.is_broken = True
        try:
            content = self._take(frame)
            if frame.passed < frame.length:
                frame.skip()
            self.is_broken = frame.passed != frame.length
        except BrokenFrame:
            return None
        return content
