"""The files of a model, found or fetched before a run: no worker asks a network for them."""

import json
import os
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from filters.scoring.find_weights import CONFIG, HUB, IN_FOLDER, find_weights
from filters.scoring.hub import fetch_file, fetch_tokenizer
from filters.scoring.options import ScoreOptions
from schemas.errors import UserError


def find_model(options: ScoreOptions) -> ScoreOptions:
    """Returns `options` with the places of the model's files; those of the hub are fetched.

    Raises:
        UserError: A name is unknown, files are missing, or the hub cannot be asked for them.
    """
    if not options.model or options.weights_file:
        return options
    weights = find_weights(options.model, options.weights)
    if os.path.isdir(options.model):
        return replace(options, folder=options.model, weights_file=weights)
    if options.model.startswith(HUB):
        return _find_on_hub(options, options.model.removeprefix(HUB), weights)
    return replace(options, weights_file=_find_named(options.model, options.weights or "", weights))


def _find_on_hub(options: ScoreOptions, repo: str, weights: str | None) -> ScoreOptions:
    asked = f"[score] model = {options.model!r}"
    if options.weights and not weights:
        raise UserError(f"{options.weights}: no such file, and {options.model} has no tags")
    config = fetch_file(repo, (CONFIG,), asked)
    text = _text_of(config)
    _check_text(asked, text)
    if text.get("hf_tokenizer_name"):
        fetch_tokenizer(repo, asked)
    found = weights or fetch_file(repo, IN_FOLDER, asked)
    return replace(options, folder=os.path.dirname(config), weights_file=found)


def _find_named(model: str, tag: str, weights: str | None) -> str:
    """Returns the weights of one of open_clip's models: a file, or the hub's that `tag` names."""
    import open_clip

    if model not in open_clip.list_models():
        raise UserError(
            f"[score] model = {model!r}: no folder, and none of open_clip's names such as ViT-B-32"
        )
    text = open_clip.get_model_config(model)["text_cfg"]
    _check_text(f"[score] model = {model!r}", text)
    if text.get("hf_tokenizer_name"):
        raise UserError(
            f"[score] model = {model!r}: its tokenizer is on the hub, in {_repo(model, tag)};"
            f' write model = "{HUB}{_repo(model, tag)}" and no weights'
        )
    return weights or _find_tag(model, tag)


def _find_tag(model: str, tag: str) -> str:
    import open_clip

    asked = f"[score] weights = {tag!r}"
    config = open_clip.get_pretrained_cfg(model, tag)
    if not config.get("hf_hub"):
        tags = ", ".join(open_clip.list_pretrained_tags_by_model(model)) or "none"
        raise UserError(f"{asked}: no file, and none of open_clip's tags of {model}: {tags}")
    is_quick = bool(config.get("quick_gelu"))
    if is_quick != bool(open_clip.get_model_config(model).get("quick_gelu")):
        # open_clip warns and goes on, with scores of another function than was trained.
        name = f"{model}-quickgelu" if is_quick else model.removesuffix("-quickgelu")
        raise UserError(f"{asked}: these weights are of {name}: write model = {name!r}")
    repo, _, name = config["hf_hub"].rpartition("/")
    safe = f"{os.path.splitext(name)[0]}.safetensors"
    return fetch_file(repo, (safe, name) if name else IN_FOLDER, asked)


def _repo(model: str, tag: str) -> str:
    import open_clip

    return str(open_clip.get_pretrained_cfg(model, tag).get("hf_hub", "ORG/NAME")).rpartition("/")[
        0
    ]


def _text_of(path: str) -> dict[str, Any]:
    with open(path, encoding="utf-8") as stream:
        config = json.load(stream)
    text: dict[str, Any] = config.get("model_cfg", config).get("text_cfg", {})
    return text


def _check_text(asked: str, text: dict[str, Any]) -> None:
    if tower := text.get("hf_model_name"):
        raise UserError(
            f"{asked}: its text tower is made from {tower} of the hub, which workers do not ask;"
            " take a model whose text tower is open_clip's"
        )
    if text.get("hf_tokenizer_name") and find_spec("transformers") is None:
        raise UserError(f"{asked}: its tokenizer needs one more package: pip install transformers")
