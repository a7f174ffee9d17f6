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
from schemas.records import Candidate, LedgerRow
from schemas.uid import clean_text, resolve_url

PEER = Path(__file__).parent / "peers" / "cc2dataset_wat.py"


def run(folder: Path, size: int = 45, rounds: int = 3) -> Comparison:
    """Measures; `size` is how often the seven files are repeated: 45 make 100 MB."""
    return _run("read_wat", "*.wat.gz", folder, size, rounds)


def run_pages(folder: Path, size: int = 400, rounds: int = 3) -> Comparison:
    """Measures over the three files whose pages are as Common Crawl's: full of images and links.

    In the others most records are about images, requests and what a crawler notes beside them.
    """
    return _run("read_wat_pages", "[acw]*.wat.gz", folder, size, rounds)


def _run(name: str, pattern: str, folder: Path, copies: int, rounds: int) -> Comparison:
    wat = join_files(WATS, pattern, folder / f"{name}.wat.gz", copies)
    megabytes = round(wat.stat().st_size / 1e6)
    theirs = Side(name="cc2dataset", command=[peer_python(), str(PEER), str(wat)])
    ours = Side(name="ours", command=[sys.executable, "-m", "benchmarks.read_wat", str(wat)])
    one = join_files(WATS, pattern, folder / f"{name}-one.wat.gz", 1)
    print(json.dumps({"items": read_ours(str(one)), "pairs": differences(str(one))}))
    return compare(name, theirs, ours, count=megabytes, unit="MB", rounds=rounds)


def read_ours(wat: str) -> Counter[str]:
    """Returns how many items of each kind our reader finds."""
    options = ReadOptions(product_token="webimagetext")
    return Counter(
        item.text_source if isinstance(item, Candidate) else item.outcome
        for item in read_wat(wat, options)
    )


def differences(wat: str) -> dict[str, object]:
    """Returns how many of cc2dataset's pairs are ours too, and why the others are not."""
    items = list(read_wat(wat, ReadOptions(product_token="webimagetext")))
    ours = {(item.url, item.text) for item in items if isinstance(item, Candidate)}
    refused = {(i.url, i.detail): i.outcome for i in items if isinstance(i, LedgerRow)}
    pages = {i.page_url if isinstance(i, Candidate) else i.detail for i in items}
    with tempfile.NamedTemporaryFile() as target:
        command = [peer_python(), str(PEER), wat, target.name]
        subprocess.run(command, check=True, capture_output=True)
        theirs = [json.loads(line) for line in Path(target.name).read_text().splitlines()]
    why: Counter[str] = Counter()
    for url, alt, raw_page in theirs:
        page = resolve_url(raw_page.strip("<>"))
        pair = (_resolved(url), clean_text(alt))
        if pair in ours:
            why["ours too"] += 1
        elif page not in pages:
            why["page of no status 200"] += 1
        else:
            why[f"ours refuses: {refused.get((pair[0], page), 'MISSING')}"] += 1
    return {"cc2dataset": len(theirs), **why}


def _resolved(url: str) -> str:
    try:
        return resolve_url(url)
    except RecordRejected:
        return url


if __name__ == "__main__":
    print(json.dumps((differences if len(sys.argv) > 2 else read_ours)(sys.argv[1])))
