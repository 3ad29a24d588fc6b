"""The coordinator's site: static pages in every language, and the texts that people read."""
