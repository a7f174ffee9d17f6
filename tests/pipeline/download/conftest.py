import pytest

from tests.pipeline.download.pools import Pools, make_pools


@pytest.fixture(scope="session")
def pools(tmp_path_factory: pytest.TempPathFactory) -> Pools:
    pytest.importorskip("img2dataset", reason="the extra img2dataset is not installed")
    return make_pools(tmp_path_factory.mktemp("pools"))
