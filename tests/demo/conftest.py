"""One site, served once for the room's tests."""

from collections.abc import Iterator

import pytest

from demo.plan import Plan
from demo.server import SiteServer
from demo.site import make_site


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return make_site(str(tmp_path_factory.mktemp("site")))


@pytest.fixture(scope="session")
def server(plan: Plan) -> Iterator[SiteServer]:
    with SiteServer(plan) as running:
        yield running
