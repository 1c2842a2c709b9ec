"""Load tests: how many scans a second, how late, and whether anything was lost or double. See README.md."""
