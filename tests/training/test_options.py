import pytest

from schemas.errors import UserError
from training.options import TrainOptions


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("steps", 0),
        ("batch_size", 1),
        ("seed", -1),
        ("workers", -1),
        ("checkpoint_every", 0),
        ("warmup", -1),
        ("weight_decay", -0.1),
        ("lr", 0.0),
        ("lr", float("nan")),
        ("lr", float("inf")),
        ("max_grad_norm", 0.0),
    ],
)
def test_a_wrong_value_is_named_by_its_flag(field, value):
    with pytest.raises(UserError, match="^--" + field.replace("_", "-")):
        TrainOptions(data="d", run="r", **{field: value})


def test_warm_up_must_leave_steps_for_the_cosine():
    with pytest.raises(UserError, match="--warmup must be below --steps"):
        TrainOptions(data="d", run="r", steps=5, warmup=5)


@pytest.mark.parametrize(("steps", "expected"), [(1, 0), (60, 6), (100_000, 2000)])
def test_default_warm_up_is_a_tenth_up_to_clips(steps, expected):
    assert TrainOptions(data="d", run="r", steps=steps).warmup_steps == expected


def test_a_run_on_an_object_store_is_refused():
    with pytest.raises(UserError, match="local folder"):
        TrainOptions(data="d", run="s3://bucket/run")
