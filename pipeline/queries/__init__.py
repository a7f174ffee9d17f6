"""WIT's queries: where the list comes from, which texts hold one, how many pairs each may have."""
