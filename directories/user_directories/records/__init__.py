"""A provider's record, made a user as the operator lets it be seen."""
