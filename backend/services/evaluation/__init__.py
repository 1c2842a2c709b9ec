"""Credit scores of organisations: facts gathered, scores stored, objections decided."""
