"""议事机构: bodies and their members, households, property units; the roster that says who counts."""
