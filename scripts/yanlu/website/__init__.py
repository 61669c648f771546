"""From `data/` and `content/` to the site: the only door to MkDocs, Pelican and Markdown."""
