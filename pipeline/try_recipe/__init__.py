"""What a recipe would drop, tried on a sample before anything is spent; no Beam."""
