"""Recipes: TOML files that a user copies and edits."""
