"""One URL to one decoded, resized, hashed image, and a shard of them to the pool."""
