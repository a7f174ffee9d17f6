"""The tables of docs/language.md: how often languages are named right, beside plain fastText.

`python -m benchmarks.language_accuracy FOLDER > docs/language-accuracy.md` reads `langid/` and
`captions/` of a folder of labelled texts. The weights are chosen on other texts, by
`benchmarks.fit_language`.
"""

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filters.fasttext_model import bundled_model, predict
from filters.identify_language import LanguageIdentifier
from filters.language_codes import language_code
from pipeline.recipe.select import Select

LENGTHS = ((0, 19, "< 20"), (20, 50, "20-50"), (51, 10**9, "> 50"))
MIN_SCORE = Select().min_language_score
HEAD = """# Accuracy of language identification

Made by `python -m benchmarks.language_accuracy FOLDER`: {} texts. Each figure: plain lid.176.ftz /
ours. Precision: named right, of what is named with at least the recipe's {}. Found: named right and
sure, of all. Lengths are in characters. How the weights were chosen: [language](language.md).
"""
_BATCH = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of known language; `origin` is the collection that it is from."""

    text: str
    language: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What became of some texts.

    Attributes:
        right: Named right, whatever the confidence.
        sure: With a confidence of at least the threshold.
        sure_right: Of these, named right.
    """

    texts: int
    right: int
    sure: int
    sure_right: int

    @property
    def accuracy(self) -> float:
        """Named right, of all."""
        return self.right / self.texts

    @property
    def precision(self) -> float:
        """Named right, of those that pass the threshold."""
        return self.sure_right / self.sure if self.sure else 1.0

    @property
    def coverage(self) -> float:
        """Named right and above the threshold, of all."""
        return self.sure_right / self.texts


Verdict = tuple[str, float]


def read_texts(folder: Path) -> Iterator[Text]:
    """Yields the labelled texts."""
    for table in ("sentences", "word-pairs"):
        with (folder / f"langid/{table}.tsv").open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield _text(row["text"], row["lang_iso639_1"], table)
    for code in ("en", "de", "fr", "cs"):
        yield from _captions(folder / f"captions/multi30k-val.{code}.txt", code)
    yield from _captions(folder / "captions/flickr30k-val.nl.txt", "nl")
    yield from _captions(folder / "captions/cc3m-validation-part.tsv", "en")


def _captions(path: Path, code: str) -> Iterator[Text]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield _text(line.partition("\t")[0], code, "captions")


def _text(text: str, language: str, origin: str) -> Text:
    return Text(text=" ".join(text.split()), language=language_code(language), origin=origin)


def plain_fasttext(texts: Sequence[str]) -> list[Verdict]:
    """Returns what lid.176.ftz says of the texts as they are."""
    labels, scores = predict(bundled_model(), texts)
    return [(language_code(label), score) for label, score in zip(labels, scores, strict=True)]


def ours(texts: Sequence[str], pages: Sequence[str | None] | None = None) -> list[Verdict]:
    """Returns what we say, in the batches of the stage."""
    identifier = LanguageIdentifier()
    return [
        verdict
        for start in range(0, len(texts), _BATCH)
        for verdict in identifier.identify(
            texts[start : start + _BATCH], pages[start : start + _BATCH] if pages else None
        )
    ]


def measure(texts: Sequence[Text], verdicts: Sequence[Verdict]) -> Cell:
    """Returns the counts."""
    hits = [(t.language == v[0], v[1] >= MIN_SCORE) for t, v in zip(texts, verdicts, strict=True)]
    return Cell(
        texts=len(hits),
        right=sum(right for right, _ in hits),
        sure=sum(sure for _, sure in hits),
        sure_right=sum(right and sure for right, sure in hits),
    )


Group = Callable[[Text], bool]


def by_length() -> Iterator[tuple[str, Group]]:
    """Yields the rows of the first table."""
    for origin in ("word-pairs", "sentences", "captions"):
        for low, high, name in LENGTHS:
            yield f"{origin}, {name}", partial(_fits, origin=origin, low=low, high=high)
    for low, high, name in LENGTHS:
        yield f"**all, {name}**", partial(_fits, low=low, high=high)


def by_language(languages: Sequence[str]) -> Iterator[tuple[str, Group]]:
    """Yields a row for each language and length."""
    for language in languages:
        for low, high, name in LENGTHS:
            yield f"{language}, {name}", partial(_fits, language=language, low=low, high=high)


def _fits(
    text: Text, *, low: int, high: int, origin: str | None = None, language: str | None = None
) -> bool:
    return (
        low <= len(text.text) <= high
        and origin in (None, text.origin)
        and language in (None, text.language)
    )


@dataclass(frozen=True, slots=True)
class Table:
    """Texts with the verdicts of both sides, and the rows to make of them."""

    texts: Sequence[Text]
    plain: Sequence[Verdict]
    mine: Sequence[Verdict]

    def rows(self, groups: Iterator[tuple[str, Group]]) -> Iterator[tuple[str, Cell, Cell]]:
        """Yields the name and the cells of plain fastText and of ours, if there is any text."""
        for name, fits in groups:
            places = [place for place, text in enumerate(self.texts) if fits(text)]
            if places:
                yield name, self.cell(self.plain, places), self.cell(self.mine, places)

    def cell(self, verdicts: Sequence[Verdict], places: Sequence[int]) -> Cell:
        """Returns the counts of the texts at `places`."""
        return measure([self.texts[i] for i in places], [verdicts[i] for i in places])

    def named(self, verdicts: Sequence[Verdict], language: str, low: int, high: int) -> Cell:
        """Returns the counts of the texts of a length that are given a language, right or not."""
        found = enumerate(zip(self.texts, verdicts, strict=True))
        return self.cell(
            verdicts,
            [i for i, (t, v) in found if v[0] == language and low <= len(t.text) <= high],
        )


def print_table(rows: Sequence[tuple[str, Cell, Cell]]) -> None:
    """Prints Markdown: plain fastText, then ours."""
    print("| texts | n | accuracy | precision | found |\n|---|---|---|---|---|")
    for name, plain, mine in rows:
        figures = (
            f"{getattr(plain, key):.3f} / {getattr(mine, key):.3f}"
            for key in ("accuracy", "precision", "coverage")
        )
        print(f"| {name} | {mine.texts} | {' | '.join(figures)} |")


def compare(table: Table, languages: Sequence[str]) -> dict[str, list[str]]:
    """Returns the cells of accuracy that are worse than, equal to, better than fastText's."""
    found: dict[str, list[str]] = {"worse": [], "equal": [], "better": []}
    for name, plain, mine in table.rows(by_language(languages)):
        sign = (mine.right > plain.right) - (mine.right < plain.right)
        found[("equal", "better", "worse")[sign]].append(name)
    return found


def print_languages(table: Table, languages: Sequence[str]) -> None:
    """Prints a row a language: accuracy and precision at each length."""
    names = [name for *_, name in LENGTHS]
    print("\nBy language: accuracy at each length, with the number of texts of the language; then")
    print("precision of what is named so.\n")
    print(f"| language | {' | '.join(names + names)} |\n|---|{'---|' * 2 * len(names)}")
    cells = {name: (plain, mine) for name, plain, mine in table.rows(by_language(languages))}
    for language in languages:
        shown = [_accuracy(cells.get(f"{language}, {name}")) for name in names]
        shown += [_precision(table, language, low, high) for low, high, _ in LENGTHS]
        print(f"| {language} | {' | '.join(shown)} |")
    found = compare(table, languages)
    counts = ", ".join(f"{len(found[kind])} {kind}" for kind in ("better", "equal", "worse"))
    print(f"\nAccuracy in {len(cells)} cells beside plain fastText: {counts}.")
    print("Worse: " + ("; ".join(found["worse"]) or "none") + ".")


def _accuracy(found: tuple[Cell, Cell] | None) -> str:
    if not found:
        return ""
    return f"{found[0].accuracy:.2f} / {found[1].accuracy:.2f} ({found[0].texts})"


def _precision(table: Table, language: str, low: int, high: int) -> str:
    cells = [table.named(side, language, low, high) for side in (table.plain, table.mine)]
    return " / ".join(f"{cell.precision:.2f}" if cell.sure else "-" for cell in cells)


def print_pages(texts: Sequence[Text]) -> None:
    """Prints what the language of the page does: a right one, and English on every page."""
    short = [text for text in texts if len(text.text) < LENGTHS[1][0]]
    words = [text.text for text in short]
    for name, pages in (
        ("not known", None),
        ("right", [text.language for text in short]),
        ("always `en`", ["en"] * len(short)),
    ):
        accuracy = measure(short, ours(words, pages)).accuracy
        print(f"\nBelow 20 characters with the page's language {name}: {accuracy:.3f}")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.language_accuracy", description=__doc__)
    parser.add_argument("folder", type=Path)
    texts = list(read_texts(parser.parse_args().folder))
    words = [text.text for text in texts]
    table = Table(texts, plain_fasttext(words), ours(words))
    print(HEAD.format(f"{len(texts):,}", MIN_SCORE))
    print_table(list(table.rows(by_length())))
    print_languages(table, sorted({text.language for text in texts}))
    print_pages(texts)


if __name__ == "__main__":
    main()
