"""The public register and the topical calls: what their pages say, before Pelican writes them."""
