"""The web page for painting over pictures, and the HTTP interfaces behind it."""
