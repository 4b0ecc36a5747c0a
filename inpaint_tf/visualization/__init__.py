"""Pictures for people: offsets in colour, stages side by side."""
