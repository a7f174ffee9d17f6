"""Policies, one a file: a frozen dataclass that is called with a record and says why to reject it."""
