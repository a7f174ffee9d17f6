import gc
import subprocess
import sys

import pytest

from pipeline.stages.loaded import loaded_for_good

IN_A_PROCESS = """
import gc
from pipeline.stages.loaded import loaded_for_good
with loaded_for_good():
    assert not gc.isenabled()
    import json.tool
assert gc.isenabled()
print(gc.get_freeze_count() > 1000, len(gc.get_objects()) < 1000)
"""


def test_what_was_loaded_is_out_of_the_collectors_sight() -> None:
    command = [sys.executable, "-c", IN_A_PROCESS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_the_collector_goes_on_after_an_error() -> None:
    with pytest.raises(KeyError), loaded_for_good():
        raise KeyError
    gc.unfreeze()
    assert gc.isenabled()
