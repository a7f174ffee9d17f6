"""What is not fit to be seen or trained on: flagged words, toxic texts, blocked and adult URLs."""
