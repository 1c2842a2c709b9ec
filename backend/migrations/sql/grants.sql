-- What the application's role may do; run by the owner after every migration. {role} is the role's name.
-- Every table may be read; one without a line below can be written by its owner alone.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};

-- Append-only: the ledger, allocations, attendance, what staff did, the catalogue.
GRANT INSERT ON transfers, allocations, offsets, attendances, footprints, actions, staff_actions,
    catalogue_entries, reversals, claims, donations, partner_items, quiz_answers TO {role};

-- Rows that change, column by column where only some may.
GRANT INSERT ON accounts TO {role};
GRANT UPDATE (balance) ON accounts TO {role};
GRANT INSERT ON lots, action_sums, causes, reviews TO {role};
GRANT UPDATE (points) ON lots TO {role};
GRANT UPDATE (actions, reduction_g, points) ON action_sums TO {role};
GRANT UPDATE (name_zh, name_en, about_zh, about_en, is_open, donated_g, donations) ON causes TO {role};
GRANT UPDATE (state, decided_at, decided_by, reason, booked_at, evidence) ON reviews TO {role};
GRANT INSERT, UPDATE ON scenes TO {role};
GRANT INSERT ON photos TO {role};
GRANT UPDATE (created_at, used_by, used_key, removed_at) ON photos TO {role};
GRANT INSERT ON redemptions, verifications TO {role};
GRANT INSERT, UPDATE ON merchants, rewards TO {role};
GRANT INSERT ON merchant_devices, reward_codes, vouchers TO {role};
GRANT UPDATE (revoked_at) ON merchant_devices TO {role};
GRANT UPDATE (redemption_id) ON reward_codes TO {role};
GRANT UPDATE (state, used_at, used_by, cancelled_at) ON vouchers TO {role};
GRANT INSERT ON consents, medals TO {role};
GRANT INSERT, UPDATE, DELETE ON profiles TO {role};
GRANT INSERT ON teams, team_members, team_days TO {role};
GRANT UPDATE (code, owner_id, members, is_open) ON teams TO {role};
GRANT UPDATE (left_at) ON team_members TO {role};
GRANT UPDATE (actions, reduction_g, points) ON team_days TO {role};
GRANT INSERT ON partners, partner_keys, source_grants TO {role};
GRANT UPDATE (name_zh, name_en, kind, methods, is_open, revision) ON partners TO {role};
GRANT UPDATE (valid_to) ON partner_keys TO {role};
GRANT UPDATE (subject, withdrawn_at) ON source_grants TO {role};
GRANT INSERT, DELETE ON binding_codes, waiting_items TO {role};
GRANT UPDATE (expires_at, citizen_id, grant_id) ON binding_codes TO {role};
-- FOR UPDATE SKIP LOCKED asks for a right to update.
GRANT UPDATE (expires_at) ON waiting_items TO {role};
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
-- Jobs and notices: what is done is kept for a while and removed by the application itself.
GRANT INSERT, UPDATE, DELETE ON jobs TO {role};
GRANT INSERT, DELETE ON outbox, notices TO {role};
GRANT UPDATE (not_before, attempts, leased_until, done_at, failed_at, last_error) ON outbox TO {role};
GRANT UPDATE (delivery, read_at) ON notices TO {role};
GRANT INSERT, DELETE ON subscriptions TO {role};
GRANT UPDATE (accepts, language, updated_at) ON subscriptions TO {role};
