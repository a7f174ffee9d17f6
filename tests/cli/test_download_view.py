import io

from rich.console import Console

from cli.download_view import DownloadView
from pipeline.progress import Figures, Waiting


def figures(stored: int, megabytes: int = 0, *, tried: int = 0, **more: int) -> Figures:
    kinds = {"outcome ok": stored, "bytes": megabytes * 10**6, "tried": tried, "in": 1000}
    kinds |= {f"outcome {name}": count for name, count in more.items()}
    return Figures(counts={("download", kind): count for kind, count in kinds.items()})


def test_before_the_first_url_has_ended_there_is_nothing_to_see() -> None:
    view = DownloadView()
    view.update(30.0, Figures(counts={("crawl", "kept"): 5}))
    assert view.as_words() == []


def test_speed_is_counted_from_the_first_url_and_not_from_the_engines_start() -> None:
    view = DownloadView()
    view.update(60.0, Figures())
    view.update(62.0, figures(100, 8, tried=125, http_404=25))
    speed, outcomes = view.as_words()
    assert speed == "50 images/s, 4.0 MB/s, 80.0% stored, 0:00:14 left"
    assert outcomes == "ok 100, http_404 25"


def test_speed_is_that_of_the_last_seconds() -> None:
    view = DownloadView()
    for second in range(100):
        view.update(second, figures(min(second, 50) * 10, tried=min(second, 50) * 10))
    assert view.as_words()[0].startswith("0 images/s")
    assert "left" not in view.as_words()[0]


def test_rare_outcomes_are_added_up() -> None:
    view = DownloadView()
    view.update(1.0, figures(9, a=8, b=7, c=6, d=5, e=4, f=3, g=2))
    assert view.as_words()[1] == "ok 9, a 8, b 7, c 6, d 5, e 4, 2 others 5"


def test_the_hosts_that_hold_most_are_named_and_quick_ones_are_not() -> None:
    view = DownloadView()
    hosts = {f"h{n}": Waiting(seconds=float(n * n), urls=n) for n in range(7)}
    view.update(1.0, Figures(counts=figures(1).counts, hosts=hosts))
    assert view.as_words()[-1] == (
        "slowest hosts h6 36 s in 6 URLs, h5 25 s in 5 URLs, h4 16 s in 4 URLs, h3 9 s in 3 URLs"
    )
    view.update(2.0, Figures(counts=figures(1).counts, hosts={"h1": hosts["h1"]}))
    assert "slowest" not in view.as_words()[-1]


def test_on_a_terminal_each_is_a_line() -> None:
    view = DownloadView()
    view.update(2.0, figures(100, 8, tried=125, http_404=25))
    view.update(3.0, Figures(counts=figures(150, 12).counts, hosts={"slow.org": Waiting(41.2, 12)}))
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(view.as_table())
    lines = [" ".join(line.split()) for line in console.export_text().splitlines()]
    assert [line.split()[0] for line in lines] == ["speed", "outcomes", "slowest"]
    assert lines[2] == "slowest slow.org 41 s in 12 URLs"
