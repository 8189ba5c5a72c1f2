"""A query, and how a provider answers it."""
