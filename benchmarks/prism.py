"""Beam's own portable engine, if it is here: `go install` puts it where Go puts programs.

go install github.com/apache/beam/sdks/v2/go/cmd/prism@v2.77.0 (a minute, once)
"""

import shutil
import subprocess
from pathlib import Path


def find_prism() -> str | None:
    """Returns the program, from the PATH or from Go's folder."""
    found = shutil.which("prism")
    if found or not shutil.which("go"):
        return found
    told = subprocess.run(["go", "env", "GOPATH"], capture_output=True, text=True, check=True)
    path = Path(told.stdout.strip(), "bin/prism")
    return str(path) if path.is_file() else None


def prism_flags(program: str) -> tuple[str, ...]:
    """Returns Beam's flags to run a graph on it, the workers in the command's own process."""
    return (
        "--runner=PrismRunner",
        f"--prism_location={program}",
        "--environment_type=LOOPBACK",
    )
