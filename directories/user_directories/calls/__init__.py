"""One call over several directories: pages, counts, look-ups, and what is certain about them."""
