"""Where users come from: providers, pagination, cursors and the one GET to a provider."""
