"""The page to paint on, and the HTTP interface behind it."""
