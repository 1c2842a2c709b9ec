"""Rules of verification: what of an account is reviewed, how far it has come, which opinion may be signed."""
