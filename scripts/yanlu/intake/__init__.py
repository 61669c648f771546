"""From a citizen's form to a proposal in git: the store, the mask, the forges."""
