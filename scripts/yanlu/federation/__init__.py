"""From county to city to province: what lower offices have published, collected and added up."""
