"""How good a completed picture is."""
