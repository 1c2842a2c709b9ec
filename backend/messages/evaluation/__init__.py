"""Credit scores, criteria and objections as people see them."""
