"""Fixtures that every room's tests share."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# A shell starts background jobs with SIGINT ignored, and whatever they start inherits that: the
# tests of Ctrl-C must not depend on how the tests were started.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Two busy cores: a first import inside a property must not count as a slow example.
settings.register_profile("webimagetext", deadline=None)
settings.load_profile("webimagetext")

SHARED_DATA = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real archives, pages and pictures that lies beside a checkout, if it does."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the shared test data does not lie beside this checkout")
    return SHARED_DATA


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI a skip is a failure where the machine has what the test needs."""
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("CI") and SHARED_DATA.is_dir() and skipped:
        terminalreporter.section("tests that should have run here")
        for report in skipped:
            terminalreporter.line(str(report.longrepr))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a CI run that skipped a test on a machine that holds the shared data."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and SHARED_DATA.is_dir() and reporter.stats.get("skipped"):
        session.exitstatus = 1
