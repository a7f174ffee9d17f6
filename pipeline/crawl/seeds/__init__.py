"""The crawler of seed sites: polite, resumable, written to WARC files that go the ordinary way."""
