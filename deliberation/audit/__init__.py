"""存证: what was done, provably: one RFC 6962 log per community, published as C2SP tiles with signed checkpoints."""
