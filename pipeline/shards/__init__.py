"""The dataset on disk: tar, Parquet, manifest; written whole, read back, verified."""
