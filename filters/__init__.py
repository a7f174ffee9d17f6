"""Policies, one a file: a frozen dataclass, called with a record, that says why to reject it."""
