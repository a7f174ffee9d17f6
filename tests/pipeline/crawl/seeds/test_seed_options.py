from pipeline.crawl.seeds.seed_options import Scope, SeedOptions


def test_options_that_differ_have_fingerprints_that_differ() -> None:
    given = [SeedOptions(), SeedOptions(max_pages=7), SeedOptions(scope=Scope.DOMAIN)]
    assert len({options.fingerprint() for options in given}) == 3
    assert SeedOptions().fingerprint() == SeedOptions().fingerprint()
