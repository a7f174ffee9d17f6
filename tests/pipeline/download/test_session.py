import asyncio

import pytest

from pipeline.download import session as module
from pipeline.download.options import DownloadOptions
from pipeline.download.session import Session
from pipeline.web.options import WebOptions
from pipeline.web.patience import PatientClient

WEB = WebOptions(user_agent="test", product_token="webimagetext")


def test_shards_share_a_client_until_it_is_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHARDS_PER_CLIENT", 2)

    async def use() -> list[PatientClient]:
        async with Session(DownloadOptions(), WEB) as session, session.client() as long:
            used = [long]
            for _ in range(4):
                async with session.client() as client:
                    used.append(client)
            is_open = not long._client._transport._session.closed
            assert is_open, "its shard is not yet done"
        assert all(client._client._transport._session.closed for client in used)
        return used

    first, second, third, fourth, fifth = asyncio.run(use())
    assert first is second
    assert third is fourth
    assert len({id(first), id(third), id(fifth)}) == 3
