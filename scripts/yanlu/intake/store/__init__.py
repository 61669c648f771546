"""The durable store: what was acknowledged is there after any crash; what was erased is not."""
