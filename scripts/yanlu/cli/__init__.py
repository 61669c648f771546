"""The command line: knows all rooms, decides nothing."""

from yanlu.cli.main import main

__all__ = ["main"]
