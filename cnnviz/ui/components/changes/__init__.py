"""Two networks beside each other: the untouched one, and the one that was operated on."""
