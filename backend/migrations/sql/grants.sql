-- What the application's role may do; run by the owner after every migration. {role} is the role's name.
-- Every table may be read; one without a line below can be written by its owner alone.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};

-- Append-only: the ledger, allocations, attendance, what staff did, the catalogue.
GRANT INSERT ON transfers, allocations, offsets, attendances, footprints, actions, staff_actions,
    catalogue_entries TO {role};

-- Rows that change, column by column where only some may.
GRANT INSERT ON accounts TO {role};
GRANT UPDATE (balance) ON accounts TO {role};
GRANT INSERT ON pools TO {role};
GRANT UPDATE (next_serial) ON pools TO {role};
GRANT INSERT ON credit_batches TO {role};
GRANT UPDATE (assigned_g) ON credit_batches TO {role};
GRANT INSERT ON badges TO {role};
GRANT UPDATE (revoked_at) ON badges TO {role};
GRANT INSERT, UPDATE ON events, gates, tallies, citizens, staff, sessions, refresh_tokens TO {role};
GRANT INSERT, DELETE ON identities TO {role};
GRANT INSERT, DELETE ON idempotency_keys TO {role};
-- FOR UPDATE SKIP LOCKED asks for a right to update; a column that nothing reads gives it.
GRANT UPDATE (created_at) ON idempotency_keys TO {role};
GRANT DELETE ON refresh_tokens, sessions TO {role};
