"""Recipes: what decides what a dataset holds; a section of the TOML a file."""
