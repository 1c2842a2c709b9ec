"""Verifiers at events: attached, reviewing an account line by line, signing an opinion."""
