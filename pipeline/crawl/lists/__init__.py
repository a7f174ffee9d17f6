"""URL lists to candidates: CSV, TSV, JSON and Parquet, a broken row costs itself alone."""
