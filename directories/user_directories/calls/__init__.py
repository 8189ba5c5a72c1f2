"""One call over several directories: pages, counts, look-ups, and how certain they are."""
