"""Where batches are proposed for review: one small port, two forges behind it."""
