from pathlib import Path

import apache_beam as beam

from pipeline.stages.count_languages import CountLanguages, read_languages
from tests.pipeline.stages.runner import run
from tests.samples import make_candidate


def test_counts_and_shares_are_read_back_most_first(tmp_path: Path) -> None:
    codes = ["de", "en", "en", "en", None]
    records = [make_candidate(n, language=code) for n, code in enumerate(codes)]
    run(lambda root: {"done": root | beam.Create(records) | CountLanguages(str(tmp_path))})
    assert read_languages(str(tmp_path)) == {
        "languages": {
            "en": {"selected": 3, "share": 0.6},
            "de": {"selected": 1, "share": 0.2},
            "und": {"selected": 1, "share": 0.2},
        }
    }


def test_a_folder_without_counts_has_none(tmp_path: Path) -> None:
    assert read_languages(str(tmp_path)) == {}
