"""Captions through data-juicer 1.6.1's own operators, in memory: no Arrow, no files, no processes.

Usage: python data_juicer_captions.py CAPTIONS, a text file with a caption a line
"""

import sys
import time
from pathlib import Path

from data_juicer.ops import load_ops
from data_juicer.utils.constant import Fields
from data_juicer_operators import OPERATORS

BATCH = 1000  # data-juicer's own default


def main(path: str) -> None:
    """Filters; prints how many were kept of how many and the captions a second."""
    captions = Path(path).read_text(encoding="utf-8").splitlines()
    operators = load_ops(OPERATORS)
    started = time.perf_counter()
    kept = sum(
        len(_filter(operators, captions[start : start + BATCH]))
        for start in range(0, len(captions), BATCH)
    )
    print(kept, len(captions), len(captions) / (time.perf_counter() - started))


def _filter(operators: list[object], texts: list[str]) -> list[str]:
    for operator in operators:
        if hasattr(operator, "compute_stats_batched"):
            samples = {"text": texts, Fields.stats: [{} for _ in texts]}
            samples = operator.compute_stats_batched(samples)
            is_kept = operator.process_batched(samples)
            texts = [text for text, keep in zip(texts, is_kept, strict=True) if keep]
        else:
            texts = operator.process_batched({"text": texts})["text"]
    return texts


if __name__ == "__main__":
    main(sys.argv[1])
