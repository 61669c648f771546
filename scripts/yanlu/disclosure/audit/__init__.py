"""The attacker: what a reader can work out from published tables.

It shares no code with the protectors beyond reading tables (import-linter holds this), so
that one can catch the other.
"""
