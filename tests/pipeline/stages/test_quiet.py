from collections.abc import Iterator

import apache_beam as beam
import pytest
from apache_beam.runners.worker import sdk_worker

from pipeline.stages.quiet import DEBUG_VARIABLE, silence_worker_tracebacks
from pipeline.stages.run import run_pipeline
from schemas.errors import RunError


@pytest.fixture(autouse=True)
def _beam_as_it_was() -> Iterator[None]:
    yield
    vars(sdk_worker).pop("print", None)


def fail(number: int) -> None:
    raise RunError(f"no luck with {number}")


def test_an_error_in_a_stage_is_raised_and_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RunError, match="no luck with 7"):
        run_pipeline(
            lambda root: root | beam.Create([7]) | beam.Map(fail), ["--direct_num_workers=1"]
        )
    assert "Traceback" not in capfd.readouterr().err


def test_debugging_leaves_beam_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEBUG_VARIABLE, "1")
    silence_worker_tracebacks()
    assert "print" not in vars(sdk_worker)
