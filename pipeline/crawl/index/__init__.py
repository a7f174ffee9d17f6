"""Common Crawl's index: which records to read, and the reading of those alone."""
