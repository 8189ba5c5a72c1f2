"""What every directory's users are, and how their text is cleaned, compared and linked."""
