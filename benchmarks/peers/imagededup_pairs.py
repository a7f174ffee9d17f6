"""Near-duplicates of a folder by imagededup 0.3.3, as its users start it.

Usage: python imagededup_pairs.py (PHash | DHash) FOLDER PAIRS.json
"""

import json
import sys
from pathlib import Path

from imagededup import methods


def main(method: str, folder: str, out: str) -> None:
    """Writes every pair within its own default distance, 10."""
    hasher = getattr(methods, method)(verbose=False)
    found = hasher.find_duplicates(image_dir=folder, recursive=True)
    pairs = sorted({tuple(sorted((one, other))) for one, many in found.items() for other in many})
    Path(out).write_text(json.dumps(pairs))


if __name__ == "__main__":
    main(*sys.argv[1:])
