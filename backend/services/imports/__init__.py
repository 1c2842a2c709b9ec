"""Table files that people send are read, whichever import they are for."""
