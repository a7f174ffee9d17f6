"""Second stage of a match: does one picture, moved and stretched, lie on the other?

A hash proposes pairs, this confirms them from small thumbnails alone. Nothing here is learned.
"""
