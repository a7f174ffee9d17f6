"""The tree itself: every module has its test, no file names a path of one machine."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("schemas", "filters", "dedup", "pipeline", "training", "cli", "demo")
# What is tested through others: entry points, option lists, and commands that the e2e tests run.
WITHOUT_TWIN = {"cli/__main__.py", "cli/options.py"}


def modules() -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.name != "__init__.py" and "__pycache__" not in path.parts
    ]


@pytest.mark.parametrize("module", sorted(set(modules()) - WITHOUT_TWIN))
def test_every_module_has_a_test_file_of_its_name(module: str) -> None:
    path = Path(module)
    assert (ROOT / "tests" / path.parent / f"test_{path.name}").is_file()


def test_only_the_stages_and_the_graph_import_beam() -> None:
    importers = {
        module
        for module in modules()
        if any(
            line.strip().startswith(("import apache_beam", "from apache_beam"))
            for line in (ROOT / module).read_text().splitlines()
        )
    }
    assert {m for m in importers if not m.startswith("pipeline/stages/")} == {"pipeline/build.py"}


def test_no_tracked_file_names_a_home_or_a_work_folder() -> None:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    private = ("/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/")
    texts = [ROOT / name for name in listing.stdout.splitlines() if not name.endswith("uv.lock")]
    guilty = [
        path.name
        for path in texts
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".sh", ""} and path.is_file()
        if any(name in path.read_text(errors="ignore") for name in private)
    ]
    assert guilty == []
