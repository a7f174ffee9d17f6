import json
import subprocess
import sys

from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from pipeline.download.processed import ProcessedImage
from tests.samples import make_image


def test_json_carries_everything_but_the_data() -> None:
    image = process_image(make_image(1), DownloadOptions(compute_hash="md5"))
    text = json.dumps(image.to_json())
    assert ProcessedImage.from_json(json.loads(text), image.data) == image


def test_the_process_that_asks_loads_no_decoder() -> None:
    """It would be 60 MB and 0.4 s in every worker of Beam."""
    code = "import sys, pipeline.download.contain; print({'cv2', 'scipy', 'PIL'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
