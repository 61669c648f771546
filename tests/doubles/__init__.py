"""What stands in for the world outside in tests: a forge, and the office that uses it."""
