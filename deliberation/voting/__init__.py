"""表决: deciding together. Polls, ballots, the one tally, and the papers that come out of it."""
