"""How archives lie in files: WARC and ARC, plain, gzip and Zstandard, alone or in WACZ files."""
