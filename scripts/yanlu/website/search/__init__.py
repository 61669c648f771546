"""Search over the finished site: a small index in many files, of which a query loads few."""
