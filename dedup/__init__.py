"""Hashes, the exact Hamming index, clusters: one algorithm a file."""
