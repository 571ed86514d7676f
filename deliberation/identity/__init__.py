"""身份: people, sign-in, appointments (a role given to a person in a community)."""
