"""Table files that people send: what they hold, whichever program wrote them."""
