"""From a provider's record to a user, as the operator allows it to be seen."""
