"""Costly work, such as drawing a sheet or decoding a photo, in a process of its own with limits."""
