import subprocess
import sys

from dedup.phash_value import PHASH_VERSION


def test_it_names_the_library_and_needs_no_pixels() -> None:
    assert PHASH_VERSION.startswith("imagehash ")
    code = "import sys, dedup.phash_value; print({'scipy', 'PIL', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
