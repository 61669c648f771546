"""Yanlu 言路： a public portal that protects the people who write to it."""
