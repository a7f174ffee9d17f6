import json
from pathlib import Path

import open_clip
import pytest

from filters.scoring.find_model import find_model
from filters.scoring.options import ScoreOptions
from schemas.errors import UserError
from tests.filters.scoring.fake_hub import point_to, serve_hub


def test_a_folder_and_a_file_are_found_as_they_are(tiny_clip: str, tmp_path: Path) -> None:
    found = find_model(ScoreOptions(model=tiny_clip))
    assert found.folder == tiny_clip
    assert found.weights_file == f"{tiny_clip}/open_clip_model.safetensors"
    assert find_model(found) is found
    weights = tmp_path / "w.pt"
    weights.touch()
    found = find_model(ScoreOptions(model="ViT-B-32", weights=str(weights)))
    assert (found.folder, found.weights_file) == (None, str(weights))
    assert find_model(ScoreOptions(faces="f.onnx")).weights_file is None


def test_a_model_of_the_hub_becomes_a_folder_with_weights(
    tiny_clip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"o/m/{path.name}": path.read_bytes() for path in Path(tiny_clip).iterdir()}
    with serve_hub(files) as hub:
        point_to(monkeypatch, hub.url, tmp_path)
        found = find_model(ScoreOptions(model="hf-hub:o/m"))
    assert found.model == "hf-hub:o/m"
    assert {path.name for path in Path(found.folder or "").iterdir()} == {
        "open_clip_config.json",
        "open_clip_model.safetensors",
    }
    assert Path(found.weights_file or "").parent == Path(found.folder or "")
    assert len(hub.fetched) == 2
    assert find_model(ScoreOptions(model="hf-hub:o/m")) == found  # nobody serves any more


def test_a_tag_is_fetched_from_where_open_clip_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = open_clip.get_pretrained_cfg("ViT-B-32", "laion2b_s34b_b79k")["hf_hub"]
    with serve_hub({f"{repo}open_clip_model.safetensors": b"w"}) as hub:
        point_to(monkeypatch, hub.url, tmp_path)
        found = find_model(ScoreOptions(model="ViT-B-32", weights="laion2b_s34b_b79k"))
    assert Path(found.weights_file or "").read_bytes() == b"w"
    assert found.folder is None


@pytest.mark.parametrize(
    ("model", "weights", "said"),
    [
        ("ViT-Z-99", "openai", r"model = 'ViT-Z-99': no folder, and none of open_clip's names"),
        (
            "ViT-B-32",
            "laion9b",
            r"weights = 'laion9b': no file, and none of .* of ViT-B-32: openai",
        ),
        ("ViT-B-32", "openai", r"these weights are of ViT-B-32-quickgelu"),
        ("hf-hub:o/m", "openai", r"openai: no such file, and hf-hub:o/m has no tags"),
        ("roberta-ViT-B-32", "laion2b_s12b_b32k", r"its text tower is made from roberta-base"),
    ],
)
def test_names_that_cannot_score_are_refused_and_nothing_is_asked(
    model: str, weights: str, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        find_model(ScoreOptions(model=model, weights=weights))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ({"hf_model_name": "xlm-roberta-base"}, "text tower is made from xlm-roberta-base"),
        ({"hf_tokenizer_name": "o/t"}, "pip install transformers"),
    ],
)
def test_texts_that_need_the_hub_in_workers_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: dict[str, str], said: str
) -> None:
    monkeypatch.setattr("filters.scoring.find_model.find_spec", lambda _: None)
    config = json.dumps({"model_cfg": {"embed_dim": 8, "text_cfg": text}}).encode()
    with serve_hub({"o/m/open_clip_config.json": config}) as hub:
        point_to(monkeypatch, hub.url, tmp_path)
        with pytest.raises(UserError, match=said):
            find_model(ScoreOptions(model="hf-hub:o/m"))
