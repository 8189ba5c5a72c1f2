"""Users of any directory, and how their text is cleaned, compared and linked."""
