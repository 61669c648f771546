"""The register: the path of each suggestion, its answer, and what became of the answer."""
