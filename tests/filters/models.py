"""Small fastText models that tests train: real files, with labels of their own."""

from pathlib import Path

import fasttext

ENGLISH = (
    "a red boat in the harbour",
    "the old man and the sea",
    "children play with a ball in the park",
    "a woman with a hat is sitting on a bench",
)
GERMAN = (
    "ein rotes boot im hafen",
    "der alte mann und das meer",
    "kinder spielen mit einem ball im park",
    "eine frau mit hut sitzt auf einer bank",
)
TOXIC = ("you are a stupid idiot", "shut up you idiot", "i hate you stupid fool", "what an idiot")


def train(path: Path, texts: dict[str, tuple[str, ...]]) -> Path:
    """Trains a classifier; the keys of `texts` are its labels."""
    lines = [f"__label__{label} {text}" for label, group in texts.items() for text in group * 20]
    source = path.with_suffix(".txt")
    source.write_text("\n".join(lines))
    # fasttext 0.9.3 lets each thread initialise a tenth of the weights: fewer leave some undone.
    model = fasttext.train_supervised(
        str(source), epoch=50, lr=0.1, dim=8, minn=2, maxn=4, bucket=50_000, thread=10, verbose=0
    )
    model.save_model(str(path))
    return path
