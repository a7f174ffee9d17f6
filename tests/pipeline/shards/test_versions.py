from pipeline.shards.versions import versions


def test_every_package_that_decides_bytes_is_there() -> None:
    found = versions()
    assert found["python"]
    assert "not installed" not in found.values()
