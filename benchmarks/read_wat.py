"""WAT to pairs: ours against cc2dataset 1.5, same file; and which pairs differ.

Usage: python -m benchmarks.read_wat WAT
       python -m benchmarks.read_wat WAT differences
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.archives import WATS, join_files
from benchmarks.harness import Comparison, Side, compare
from benchmarks.peers.environment import peer_python
from pipeline.crawl.options import ReadOptions
from pipeline.crawl.wat import read_wat
from schemas.errors import RecordRejected
from schemas.records import Candidate
from schemas.uid import clean_text, resolve_url

PEER = Path(__file__).parent / "peers" / "cc2dataset_wat.py"


def run(folder: Path, size: int = 45, rounds: int = 3) -> Comparison:
    """Measures; `size` is how often the seven files are repeated: 45 make 100 MB."""
    wat = join_files(WATS, "*.wat.gz", folder / "bench.warc.wat.gz", size)
    megabytes = round(wat.stat().st_size / 1e6)
    theirs = Side(name="cc2dataset", command=[peer_python(), str(PEER), str(wat)])
    ours = Side(name="ours", command=[sys.executable, "-m", "benchmarks.read_wat", str(wat)])
    print(json.dumps(differences(str(join_files(WATS, "*.wat.gz", folder / "one.wat.gz", 1)))))
    return compare("read_wat", theirs, ours, count=megabytes, unit="MB", rounds=rounds)


def read_ours(wat: str) -> Counter[str]:
    """Returns how many items of each kind our reader finds."""
    options = ReadOptions(product_token="webimagetext")
    return Counter(
        item.text_source if isinstance(item, Candidate) else item.outcome
        for item in read_wat(wat, options)
    )


def differences(wat: str) -> dict[str, object]:
    """Returns how many of cc2dataset's pairs are ours too, and why the others are not."""
    options = ReadOptions(product_token="webimagetext")
    candidates = [item for item in read_wat(wat, options) if isinstance(item, Candidate)]
    ours = {(item.url, item.text) for item in candidates}
    pages = {item.page_url for item in candidates}
    with tempfile.NamedTemporaryFile() as target:
        command = [peer_python(), str(PEER), wat, target.name]
        subprocess.run(command, check=True, capture_output=True)
        theirs = [json.loads(line) for line in Path(target.name).read_text().splitlines()]
    why: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for url, alt, page in theirs:
        reason = _why(url, alt, ours) or "both"
        if reason == "missing":
            known = resolve_url(page.strip("<>")) in pages
            reason = "missing on a page that we read" if known else "page of no status 200"
        why[reason] += 1
        if reason != "both":
            examples.setdefault(reason, []).append(f"{page} {url} {alt}"[:150])
    shown = {reason: found[:3] for reason, found in examples.items()}
    return {"cc2dataset": len(theirs), **why, "examples": shown}


def _why(url: str, alt: str, ours: set[tuple[str, str]]) -> str | None:
    try:
        pair = (resolve_url(url), clean_text(alt))
    except RecordRejected as rejected:
        return f"URL refused: {rejected.outcome}"
    if not pair[1]:
        return "text of nothing but white space"
    return None if pair in ours else "missing"


if __name__ == "__main__":
    print(json.dumps((differences if len(sys.argv) > 2 else read_ours)(sys.argv[1])))
