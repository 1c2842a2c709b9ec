"""Every command that the documents name, run in seconds: what rots is found on the day on which it rots."""
