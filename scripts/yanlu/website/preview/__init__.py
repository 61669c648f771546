"""The site as it would be, beside the site as it is."""
