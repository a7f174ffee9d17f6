"""The loss curve as a PNG; drawn without pyplot, so that no display or global state is touched."""

import io
from collections.abc import Sequence

from matplotlib.figure import Figure

from pipeline.shards.storage import write_bytes


def plot_loss(path: str, steps: Sequence[int], losses: Sequence[float], *, floor: float) -> None:
    """Draws the loss over the steps.

    Args:
        path: The PNG to write.
        steps: From 1.
        losses: In nats, one a step.
        floor: ln(batch size), the loss of embeddings that tell nothing; drawn as a line.
    """
    figure = Figure(figsize=(7, 4), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    axes.plot(steps, losses, linewidth=1.2, label="loss")
    axes.axhline(floor, color="grey", linestyle="--", linewidth=0.8, label="ln(batch): chance")
    axes.set_xlabel("step")
    axes.set_ylabel("contrastive loss (nats)")
    axes.legend(frameon=False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    write_bytes(path, buffer.getvalue())
