"""Near-duplicates of a folder by imagededup 0.3.3's hashes, as its users start them.

Importing it asks a server for the weights of its CNN, so that part is left out.

Usage: python imagededup_pairs.py (PHash | DHash) FOLDER PAIRS.json
"""

import json
import sys
import types
from pathlib import Path

sys.modules["imagededup.methods.cnn"] = types.SimpleNamespace(CNN=None)
from imagededup import methods  # noqa: E402 - after what it would load


def main(method: str, folder: str, out: str) -> None:
    """Writes every pair within its own default distance, 10."""
    hasher = getattr(methods, method)(verbose=False)
    found = hasher.find_duplicates(image_dir=folder, recursive=True)
    pairs = sorted({tuple(sorted((one, other))) for one, many in found.items() for other in many})
    Path(out).write_text(json.dumps(pairs))


if __name__ == "__main__":
    main(*sys.argv[1:])
