"""Pages of the directory, of receptions, of who answers for what; the files beside them."""
