"""A GitHub for tests: a real HTTP server over a real bare repository, with faults by script."""
