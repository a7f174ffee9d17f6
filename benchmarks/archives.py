"""Archives that the benchmarks of reading them use: the shared ones, one behind another."""

from pathlib import Path

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "warc"
WATS = SHARED / "wat"


def join_files(folder: Path, pattern: str, target: Path, copies: int) -> Path:
    """Writes all files of `folder` that match, `copies` times over; gzip members just follow."""
    files = sorted(folder.glob(pattern))
    if not files:
        raise FileNotFoundError(f"{folder}: no {pattern}; this benchmark needs the shared data")
    if not target.exists():
        with target.open("wb") as stream:
            for _ in range(copies):
                for path in files:
                    stream.write(path.read_bytes())
    return target
