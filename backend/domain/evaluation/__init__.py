"""Credit scores and stars of organisations: criteria, and points from facts."""
