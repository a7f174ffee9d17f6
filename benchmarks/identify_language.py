"""Language identification over raw fastText's `model.predict(texts)`: texts a CPU second.

The texts are captions and alt texts, some of them short; both sides run by turns in one process,
because loading models would be most of a process's time. Ratios are of neighbouring turns.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import fasttext
import pyarrow.parquet as pq

from benchmarks.language_accuracy import read_texts
from filters.fasttext_model import bundled_model
from filters.identify_language import LanguageIdentifier
from pipeline.recipe.select import Select

BATCH = 1024  # of the stage


def alt_texts(folder: Path) -> list[str]:
    """Returns unfiltered alt texts of the web."""
    table = pq.read_table(folder / "captions/laion-sample-url-text.parquet", columns=["TEXT"])
    return [" ".join(text.split()) for text in table["TEXT"].to_pylist() if text]


def per_second(run: Callable[[list[str]], object], texts: Sequence[str]) -> float:
    """Returns texts a CPU second."""
    started = time.process_time()
    for start in range(0, len(texts), BATCH):
        run(list(texts[start : start + BATCH]))
    return len(texts) / (time.process_time() - started)


def main() -> None:
    """Prints medians and the ratio for each kind of text."""
    parser = argparse.ArgumentParser(prog="benchmarks.identify_language", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    labelled = list(read_texts(arguments.folder))
    kinds = {
        "word pairs": [text.text for text in labelled if text.origin == "word-pairs"],
        "captions": [text.text for text in labelled if text.origin == "captions"],
        "alt texts": alt_texts(arguments.folder),
    }
    kinds["all"] = [text for texts in kinds.values() for text in texts]
    identifier = LanguageIdentifier(Select().min_language_score)
    model = fasttext.load_model(bundled_model())
    print("| texts | n | raw fastText | ours | ratio |\n|---|---|---|---|---|")
    for name, texts in kinds.items():
        rounds = [
            (per_second(model.predict, texts),
             per_second(identifier.identify, texts))
            for _ in range(arguments.rounds)
        ]  # fmt: skip
        raw, mine = (median(side) for side in zip(*rounds[1:], strict=True))
        ratio = median(ours / plain for plain, ours in rounds[1:])
        print(f"| {name} | {len(texts)} | {raw:,.0f} | {mine:,.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
