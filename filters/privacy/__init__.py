"""Personal data in texts: one kind a file, and the policy over all of them."""
