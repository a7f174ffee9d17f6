"""The data card: README.md with Hugging Face's YAML, filled from the run and nothing else."""

from collections.abc import Mapping
from typing import Any

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)


def make_card(manifest: Mapping[str, Any], report: Mapping[str, Any]) -> str:
    """Returns the Markdown of the card."""
    samples = sum(shard["samples"] for shard in manifest["shards"])
    name = manifest["recipe"].get("name", "dataset")
    size = next((label for limit, label in _SIZES if samples < limit), "n>1B")
    return f"""---
pretty_name: {name}
task_categories:
- image-to-text
- zero-shot-image-classification
size_categories:
- {size}
configs:
- config_name: default
  data_files:
  - split: train
    path: shards/*.tar
---

# {name}

{samples} image-text pairs from the web in {len(manifest["shards"])} shards, built by webimagetext \
{manifest["versions"]["webimagetext"]} on {manifest["created_at"][:10]}. The recipe, the versions and the
sha256 of every file are in `manifest.json`.

## What happened to every candidate

{_funnel(manifest["stages"])}

Every candidate that is not in the dataset is one row of `ledger/`, with the stage and the reason.

## Benchmark overlap

{_overlap(report)}

## Personal and sensitive information

Captions and pictures come from public web pages and may show people.
{_sensitive(manifest["recipe"].get("select", {}))} No filter for faces or unsafe pictures ran on
this version. Opt-outs that were obeyed: robots.txt, and what pages,
images and their sites say in headers, `meta` elements, robots.txt, tdmrep.json and ai.txt
({", ".join(manifest["recipe"].get("web", {}).get("obey", ()))}).

## Limitations

Language is a model's guess on short texts. Near-duplicates were found by a 64-bit pHash, which
misses crops, flips and rotations. Whoever publishes this dataset adds motivation, consent and licence.
"""


def _funnel(stages: Mapping[str, Any]) -> str:
    lines = ["| stage | in | kept | rejected | failed |", "|---|---|---|---|---|"]
    for name, stage in stages.items():
        rejected = ", ".join(f"{reason} {n}" for reason, n in stage["rejected"].items()) or "-"
        failed = ", ".join(f"{reason} {n}" for reason, n in stage["failed"].items()) or "-"
        lines.append(f"| {name} | {stage['in']} | {stage['kept']} | {rejected} | {failed} |")
    return "\n".join(lines)


def _sensitive(select: Mapping[str, Any]) -> str:
    """Returns what the recipe did about personal data and unsafe texts and URLs."""
    privacy, safety = select.get("privacy", {}), select.get("safety", {})
    entities = privacy.get("presidio", ())
    actions = {name: privacy[name] for name in privacy if not name.startswith("presidio")}
    actions |= dict.fromkeys(entities, privacy.get("presidio_action"))
    done = [f"{kind} ({action})" for kind, action in actions.items() if action != "keep"]
    asked = ("flagged_words", "toxicity_model", "url_blocklists", "adult_urls")
    done += [name for name in asked if safety.get(name)]
    return f"Filters of captions and URLs: {', '.join(done) or 'none'}."


def _overlap(report: Mapping[str, Any]) -> str:
    benchmarks = report.get("benchmarks", {})
    if not benchmarks:
        return "No benchmark was measured."
    lines = ["| benchmark | images | found here | rate | 95 % interval |", "|---|---|---|---|---|"]
    for name, found in benchmarks.items():
        low, high = found["ci95"]
        lines.append(
            f"| {name} | {found['images']} | {found['overlap']} | {found['overlap_rate']:.2%}"
            f" | {low:.2%} to {high:.2%} |"
        )
    return "\n".join(lines) + "\n\nThe pairs are in `contamination/report.html`."
