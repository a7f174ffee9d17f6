"""Loops over the bytes of texts that numba compiles: both language models, and what they agree on.

Import this late: it takes half a second, and the first call on a machine compiles for seconds.
"""

# ruff: noqa: PLR0917  (compiled code takes arrays, not our dataclasses)
from functools import partial

import numpy as np
from numpy.typing import NDArray

from filters.fasttext_file import FasttextArrays
from filters.language_ngrams import NgramModel
from schemas.compiled import compiled

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Shorts = NDArray[np.int16]
Rows = NDArray[np.uint16] | NDArray[np.int32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

_BASIS, _PRIME = np.uint32(2166136261), np.uint32(16777619)  # FNV-1a
_BEGIN, _END = 60, 62  # "<" and ">" around each word
_CUT = np.float32(1e-5)  # branches of fastText's tree that are less likely are not followed
_BUCKETS = 2_000_000  # of lid.176
_AT_A_TIME = 16  # texts
_DIMENSION = 16  # of lid.176; a constant here is twice as fast as a variable


def fasttext_chances(model: FasttextArrays, data: Bytes, begins: Longs) -> Floats:
    """Returns the probability of each label (column) for each text (row).

    Args:
        model: What the library would load.
        data: The texts in UTF-8, one after the other.
        begins: One more than there are texts: text `i` is `data[begins[i] : begins[i + 1]]`.
    """
    chances = np.zeros((len(begins) - 1, len(model.labels)), np.float32)
    _chances(
        data, begins, model.words, model.starts, model.slots, model.ngrams,
        model.min_chars, model.max_chars, model.end, model.inputs, model.nodes, model.children,
        chances,
    )  # fmt: skip
    return chances


def ngram_sums(model: NgramModel, data: Bytes, begins: Longs) -> Ints:
    """Returns what the sequences of each text (row) say of each language, less the priors."""
    sums = np.zeros((len(begins) - 1, len(model.labels)), np.int32)
    _sums(data, begins, model.rows, model.moves, model.found, model.weights, sums)
    return sums


@compiled
def _mix(value: np.uint32, byte: np.uint8) -> np.uint32:
    signed = np.uint32(np.int32(np.int8(byte)))  # fastText hashes signed bytes
    return np.uint32((value ^ signed) * _PRIME)


@compiled
def _is_space(byte: int) -> bool:
    return byte == 32 or byte == 0 or (byte >= 9 and byte <= 13)  # noqa: PLR1714


@compiled
def _number(word: Bytes, words: Bytes, starts: Ints, slots: Ints) -> int:
    """Returns the number of a word, or -1."""
    value = _BASIS
    for byte in word:
        value = _mix(value, byte)
    slot = np.int64(value) & (len(slots) - 1)
    while slots[slot] >= 0:
        number: int = slots[slot]
        first = starts[number]
        size = starts[number + 1] - first
        if size == len(word):
            place = 0
            while place < size and words[first + place] == word[place]:
                place += 1
            if place == size:
                return number
        slot = (slot + 1) & (len(slots) - 1)
    return -1


@compiled
def _bucket(value: np.uint32, buckets: int) -> int:
    # A division by a constant is a multiplication, and there is one a sequence.
    wide = np.uint64(value)
    return int(wide % np.uint64(_BUCKETS) if buckets == _BUCKETS else wide % np.uint64(buckets))


@compiled
def _add(hidden: Floats, vector: Floats) -> None:
    for k in range(_DIMENSION):
        hidden[k] += vector[k]


@compiled
def _add_sequences(
    word: Bytes, ngrams: Rows, low: int, high: int, inputs: Floats, hidden: Floats
) -> int:
    """Adds the vectors of a word's sequences of characters; returns how many there are."""
    count = 0
    for first in range(len(word)):
        if word[first] & 0xC0 == 0x80:  # inside a character
            continue
        value, place = _BASIS, first
        for chars in range(1, high + 1):
            if place == len(word):
                break
            value = _mix(value, word[place])
            place += 1
            while place < len(word) and word[place] & 0xC0 == 0x80:
                value = _mix(value, word[place])
                place += 1
            if chars >= low:
                row = ngrams[_bucket(value, len(ngrams))]
                if row > 0:
                    _add(hidden, inputs[row])
                    count += 1
    return count


@compiled
def _descend(hidden: Floats, nodes: Floats, children: Ints, reach: Floats, chances: Floats) -> None:
    """Writes the probability of each label: that of all turns on the way to it."""
    reach[:] = 0
    reach[-1] = 1
    for node in range(len(nodes) - 1, -1, -1):
        chance = reach[len(chances) + node]
        if chance >= _CUT:
            product = np.float32(0)
            for k in range(_DIMENSION):
                product += hidden[k] * nodes[node, k]
            second = np.float32(1) / (np.float32(1) + np.exp(-product))
            reach[children[node, 0]] = chance * (1 - second)
            reach[children[node, 1]] = chance * second
    chances[:] = reach[: len(chances)]


@compiled
def _chances(
    data: Bytes, begins: Longs, words: Bytes, starts: Ints, slots: Ints, ngrams: Rows,
    low: int, high: int, line_end: int, inputs: Floats, nodes: Floats, children: Ints,
    chances: Floats,
) -> None:  # fmt: skip
    hidden = np.zeros(_DIMENSION, np.float32)
    reach = np.zeros(2 * len(nodes) + 1, np.float32)
    longest = (begins[1:] - begins[:-1]).max()
    framed = np.zeros(longest + 2, np.uint8)
    framed[0] = _BEGIN
    for text in range(len(begins) - 1):
        hidden[:] = 0
        count, place = 0, begins[text]
        while place < begins[text + 1]:
            size = 0
            while place < begins[text + 1] and not _is_space(data[place]):
                size += 1
                framed[size] = data[place]
                place += 1
            place += 1
            if size:
                number = _number(framed[1 : size + 1], words, starts, slots)
                if number >= 0:
                    _add(hidden, inputs[number])
                    count += 1
                framed[size + 1] = _END
                count += _add_sequences(framed[: size + 2], ngrams, low, high, inputs, hidden)
        if line_end >= 0:
            _add(hidden, inputs[line_end])
            count += 1
        if count:
            hidden /= np.float32(count)
            _descend(hidden, nodes, children, reach, chances[text])


@compiled
def _sums(
    data: Bytes, begins: Longs, rows: Ints, moves: Ints, found: Ints, weights: Shorts, sums: Ints
) -> None:
    for text in range(len(begins) - 1):
        state, line = np.int32(0), sums[text]
        for place in range(begins[text], begins[text + 1]):
            state = moves[rows[state] + data[place]]
            row = found[state]
            if row >= 0:
                for k in range(len(line)):
                    line[k] += np.int32(weights[row, k])


@partial(compiled, fastmath=True)
def _log_sum(values: Floats) -> np.float32:
    """Returns the logarithm of the sum of powers of e.

    Each is (1 + x / 1024) ** 1024, by squaring: some lanes at once, and off by x * x / 2048.
    """
    best = values[0]
    for value in values:
        best = max(best, value)
    total = np.float32(0)
    for value in values:
        power = max(np.float32(1) + (value - best) * np.float32(1 / 1024), np.float32(0))
        for _ in range(10):
            power *= power
        total += power
    return np.float32(best + np.log(total))


@partial(compiled, fastmath=True)
def weigh(
    chances: Floats, sums: Ints, priors: Floats, scales: Floats, fast_columns: Ints,
    ngram_columns: Ints, fast_weights: Floats, ngram_weights: Floats, floors: Floats,
    told: Floats, theirs: Ints,
) -> None:  # fmt: skip
    """Writes what both models together say of each language (column) for each text (row).

    Args:
        chances: Of fastText, a row a text.
        sums: Of the n-grams, a row a text.
        priors: To add to each row of `sums`.
        scales: What to multiply the sums of each text by.
        fast_columns: Language of each column of `chances`; no two have the same.
        ngram_columns: Likewise of `sums`; here a language may have two.
        fast_weights: By language: of the logarithm of fastText's probability.
        ngram_weights: Likewise of the n-grams'; 0 where they do not know the language.
        floors: Logarithms of what either says of a language at least: fastText, the n-grams.
        told: Output, nats.
        theirs: Output: the language that fastText names.
    """
    least, line = np.exp(floors[0]), np.empty(len(priors), np.float32)
    unseen = fast_weights * floors[0] + ngram_weights * floors[1]
    for text in range(len(chances)):
        for column in range(len(line)):
            line[column] = (sums[text, column] + priors[column]) * scales[text]
        total, row = _log_sum(line) + floors[1], told[text]
        row[:] = unseen
        for column in range(len(line)):
            if line[column] > total:
                language = ngram_columns[column]
                lift = ngram_weights[language] * (line[column] - total)
                row[language] = max(row[language], unseen[language] + lift)
        highest = np.float32(-1)
        for column in range(len(fast_columns)):
            chance = chances[text, column]
            if chance > least:
                language = fast_columns[column]
                row[language] += fast_weights[language] * (np.log(chance) - floors[0])
            if chance > highest:
                highest = chance
                theirs[text] = fast_columns[column]


@compiled
def choose(
    told: Floats, theirs: Ints, margins: Floats, pages: Ints, page_vote: np.float32,
    languages: Ints, scores: Floats,
) -> None:  # fmt: skip
    """Writes the language and the probability of each text.

    Args:
        told: Of `weigh`; the votes of the pages are added.
        theirs: Of `weigh`.
        margins: By language: nats by which another must lead to be named instead of fastText's.
        pages: Language of each text's page, or -1; a language that it confirms needs no margin.
        page_vote: Nats for it.
        languages: Output.
        scores: Output.
    """
    for text in range(len(told)):
        row, kept, page = told[text], theirs[text], pages[text]
        if page >= 0:
            row[page] += page_vote
        best = 0
        for language in range(len(row)):
            if row[language] > row[best]:
                best = language
        if row[best] - row[kept] < margins[kept] and best != page:
            best = kept
        languages[text] = best
        scores[text] = np.exp(row[best] - _log_sum(row))


@compiled
def name(
    data: Bytes, begins: Longs, words: Bytes, starts: Ints, slots: Ints, ngrams: Rows,
    low: int, high: int, line_end: int, inputs: Floats, nodes: Floats, children: Ints,
    rows: Ints, moves: Ints, found: Ints, ngram_says: Shorts, priors: Floats, scales: Floats,
    fast_columns: Ints, ngram_columns: Ints, fast_weights: Floats, ngram_weights: Floats,
    floors: Floats, margins: Floats, pages: Ints, page_vote: np.float32, languages: Ints,
    scores: Floats,
) -> None:  # fmt: skip
    """Does all of the above for a few texts at a time, so that what lies between stays in cache."""
    chances = np.zeros((_AT_A_TIME, len(fast_columns)), np.float32)
    sums = np.zeros((_AT_A_TIME, len(priors)), np.int32)
    told = np.zeros((_AT_A_TIME, len(margins)), np.float32)
    theirs = np.zeros(_AT_A_TIME, np.int32)
    for first in range(0, len(languages), _AT_A_TIME):
        last = min(first + _AT_A_TIME, len(languages))
        size, here = last - first, begins[first : last + 1]
        chances[:] = 0
        sums[:] = 0
        _chances(
            data, here, words, starts, slots, ngrams, low, high, line_end, inputs, nodes,
            children, chances[:size],
        )  # fmt: skip
        _sums(data, here, rows, moves, found, ngram_says, sums[:size])
        weigh(
            chances[:size], sums[:size], priors, scales[first:last], fast_columns,
            ngram_columns, fast_weights, ngram_weights, floors, told[:size], theirs[:size],
        )  # fmt: skip
        choose(
            told[:size], theirs[:size], margins, pages[first:last], page_vote,
            languages[first:last], scores[first:last],
        )  # fmt: skip
