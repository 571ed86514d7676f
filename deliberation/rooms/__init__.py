"""协商室: speaking together, live: presence, turns, statements, gauges, minutes."""
