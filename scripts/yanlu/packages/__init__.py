"""Data packages: the only door to frictionless."""
