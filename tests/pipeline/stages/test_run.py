import os

import apache_beam as beam
import pytest

from pipeline.stages.run import beam_options, choose_engine, explain, run_pipeline
from schemas.errors import AccountingError, RunError, UserError


def test_without_flags_every_core_gets_a_worker() -> None:
    runner, options = choose_engine([])
    assert runner is not None
    workers = options.get_all_options()["direct_num_workers"]
    assert workers == os.cpu_count()


def test_a_worker_may_keep_several_cores_busy() -> None:
    workers = choose_engine([], cores_per_worker=4)[1].get_all_options()["direct_num_workers"]
    assert workers == -(-(os.cpu_count() or 1) // 4)


def test_a_runner_of_the_users_wins() -> None:
    runner, options = choose_engine(["--runner=PrismRunner", "--parallelism=2"])
    assert runner is None
    assert options.get_all_options()["runner"] == "PrismRunner"


@pytest.mark.parametrize(
    ("flags", "seconds"),
    [
        (["--runner=PrismRunner"], 30 * 24 * 3600),
        (["--runner", "PrismRunner", "--job-server-timeout=7"], 7),
        (["--runner=PortableRunner"], 300),
    ],
)
def test_a_job_on_prism_may_take_more_than_five_minutes(flags: list[str], seconds: int) -> None:
    assert choose_engine(flags)[1].get_all_options()["job_server_timeout"] == seconds


def test_the_number_of_workers_can_be_said_both_ways() -> None:
    for flags in (["--direct_num_workers=3"], ["--direct_num_workers", "3"]):
        assert choose_engine(flags)[1].get_all_options()["direct_num_workers"] == 3


def test_beams_flags_are_known_with_their_values() -> None:
    options = beam_options()
    assert options["--runner"]
    assert options["--direct_num_workers"]
    assert not options["--streaming"]
    assert "--ouput" not in options


def fail(kind: type[BaseException]) -> None:
    raise kind("what went wrong, and where")


@pytest.mark.parametrize(
    ("kind", "workers"), [(UserError, 1), (RunError, 1), (AccountingError, 1), (UserError, 2)]
)
def test_what_a_stage_raises_on_purpose_reaches_the_user(
    kind: type[Exception], workers: int
) -> None:
    with pytest.raises(kind, match=r"^what went wrong, and where$"):
        run_pipeline(
            lambda root: root | beam.Create([kind]) | beam.Map(fail),
            [f"--direct_num_workers={workers}"],
        )


def test_a_bug_stays_a_bug() -> None:
    with pytest.raises(KeyError):
        run_pipeline(
            lambda root: root | beam.Create([KeyError]) | beam.Map(fail), ["--direct_num_workers=1"]
        )


def test_ctrl_c_in_a_stage_of_one_worker_stays_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt):
        run_pipeline(
            lambda root: root | beam.Create([KeyboardInterrupt]) | beam.Map(fail),
            ["--direct_num_workers=1"],
        )


def test_an_error_is_read_out_of_what_an_engine_says() -> None:
    text = "Traceback ...\nschemas.errors.UserError: x.csv: no column [while running 'Read']\n"
    error = explain(text)
    assert isinstance(error, UserError)
    assert str(error) == "x.csv: no column"
    assert explain("KeyError: 'x'") is None
