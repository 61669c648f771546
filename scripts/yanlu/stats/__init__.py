"""From case records to a released cube: read, count, publish."""
