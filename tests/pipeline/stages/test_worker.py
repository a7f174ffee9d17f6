import subprocess
import sys


def test_a_worker_without_an_engine_ends_quietly_and_not_well() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "pipeline.stages.worker"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": "", "PYTHONPATH": ":".join(sys.path)},
    )
    assert finished.returncode != 0
    assert "INFO:" not in finished.stderr
