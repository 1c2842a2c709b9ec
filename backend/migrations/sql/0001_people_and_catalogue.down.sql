DROP TABLE IF EXISTS catalogue_entries, staff_actions, refresh_tokens, sessions, staff, identities, citizens;
