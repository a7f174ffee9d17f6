"""Scores of pairs by models: a CLIP, heads on its embeddings, a face detector; needs torch.

What decides on the scores is `filters.score_range`, which needs none.
"""
