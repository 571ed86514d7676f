"""送达: telling people, and proof that they were told."""
