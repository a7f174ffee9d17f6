"""Captions through datatrove 0.10.1's own blocks, as its example scripts run them on one machine.

Usage: python datatrove_captions.py JSONL_FOLDER OUT TASKS
"""

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.filters import (
    GopherQualityFilter,
    GopherRepetitionFilter,
    LanguageFilter,
)
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

LANGUAGE_THRESHOLD = 0.4


def main(folder: str, out: str, tasks: int) -> None:
    """Filters; what is kept goes to `out`."""
    quality = GopherQualityFilter(
        min_doc_words=2,
        max_doc_words=256,
        min_avg_word_length=None,
        max_avg_word_length=None,
        max_non_alpha_words_ratio=0.5,
        min_stop_words=None,  # captions seldom have two
    )
    blocks = [
        JsonlReader(folder),
        FTFYFormatter(normalization="NFC"),
        quality,
        # In short texts the most frequent n-gram always has a large share, so it is not asked.
        GopherRepetitionFilter(top_n_grams=()),
        LanguageFilter(["en"], language_threshold=LANGUAGE_THRESHOLD),
        JsonlWriter(out, compression=None),
    ]
    LocalPipelineExecutor(
        blocks,
        tasks=tasks,
        workers=tasks,
        logging_dir=f"{out}/logs",
        start_method="fork",  # a fork server's processes are nobody's whose time can be counted
    ).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
