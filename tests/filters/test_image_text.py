import pytest

from filters.image_text import TextImage
from schemas.outcomes import Reject, Rejection
from tests.samples import make_pair


@pytest.mark.parametrize(
    ("edge_ratio", "entropy", "is_kept"),
    [
        (0.3, 1.0, True),
        (0.31, 1.0, False),
        (0.31, 3.0, False),
        (0.31, 3.01, True),
        (1.0, 8.0, True),
    ],
)
def test_hard_edges_count_only_between_few_grey_levels(
    edge_ratio: float, entropy: float, is_kept: bool
) -> None:
    said = TextImage(max_edge_ratio=0.3)(make_pair(1, edge_ratio=edge_ratio, entropy=entropy))
    detail = f"edge ratio {edge_ratio:.2f}, entropy {entropy:.2f}"
    assert said == (None if is_kept else Rejection(Reject.IMAGE_OF_TEXT, detail))


def test_what_was_not_measured_passes() -> None:
    assert TextImage(max_edge_ratio=0.3)(make_pair(1)) is None
    assert TextImage(max_edge_ratio=0.3)(make_pair(1, edge_ratio=1.0)) is None


@pytest.mark.parametrize("limits", [{"max_edge_ratio": 1.1}, {"max_text_entropy": 9.0}])
def test_a_limit_that_means_nothing_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(limits))} must be"):
        TextImage(**{"max_edge_ratio": 0.3} | limits)
