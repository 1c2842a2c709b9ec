-- What the application's role may do; run by the owner after every migration. {role} is the role's name.
-- Every table may be read; one without a line below can be written by its owner alone.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};

-- Append-only: the ledger, allocations, attendance, what staff did, the catalogue.
GRANT INSERT ON allocations, footprints,
    catalogue_entries, reversals, claims, donations, partner_items, quiz_answers TO {role};

-- Rows that change, column by column where only some may.
-- A citizen's balance begins with nothing and moves with transfers; only accounts of the system are written by hand.
GRANT INSERT (id, kind, is_proven, erased_at, earns_from, guest_event_id, guest_badge) ON accounts TO {role};
-- Which badge a guest is of is said once; which phone holds it changes when staff release the badge.
GRANT INSERT ON guests TO {role};
GRANT UPDATE (device_hash, bound_at, ended_at, ended_why) ON guests TO {role};
GRANT UPDATE (is_proven, erased_at, earns_from) ON accounts TO {role};
GRANT UPDATE (balance) ON system_accounts TO {role};
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
GRANT INSERT ON medals TO {role};
GRANT INSERT, UPDATE, DELETE ON profiles TO {role};
GRANT INSERT ON teams, team_members, team_days TO {role};
GRANT UPDATE (code, name, owner_id, members, is_open) ON teams TO {role};
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
GRANT INSERT ON journey_revisions, offset_waits, offset_wait_ends, offset_changes, offset_releases,
    offset_payments TO {role};
GRANT INSERT ON pools TO {role};
GRANT UPDATE (next_serial) ON pools TO {role};
GRANT INSERT ON credit_batches TO {role};
-- Once entered: what it is a batch of never changes; what was not known yet is filled in.
GRANT UPDATE (assigned_g, status, retirement_ref, retired_on, registry, vintage_start, vintage_end, methodology,
    monitoring_period, registration_no, approved_by, approval_doc, registry_serial_from, registry_serial_to,
    serial_space, serial_first, serial_last, purpose, beneficiary, price_per_t, price_as_of, price_source,
    proof_sha256, published_at, voided_at, void_reason, retirement_key, needs_confirmation, told_by, revision,
    confirmed_by, confirmed_at, proposed_details, proposed_by, developer_id) ON credit_batches TO {role};
GRANT INSERT ON projects, plantings, surpluses TO {role};
GRANT INSERT ON badges TO {role};
GRANT UPDATE (revoked_at, revoked_why, reissued_as, holder_serial, alias, alias_changed_at) ON badges TO {role};
GRANT INSERT, UPDATE ON badge_imports TO {role};
GRANT INSERT, UPDATE ON events, gates, tallies, citizens, sessions, refresh_tokens TO {role};
-- Who an account is of is said once. A trigger records every account made and every change of one, of a role too.
GRANT INSERT ON staff TO {role};
GRANT UPDATE (password_hash, role, disabled_at) ON staff TO {role};
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
-- An event's steps and documents are append-only; of its budget, what is spent and what may be changes.
GRANT INSERT ON event_steps, event_documents, event_budgets TO {role};
GRANT UPDATE (points_per_kg, points_budget, points_spent) ON event_budgets TO {role};
-- A duty at an event is given, and ended once.
GRANT INSERT ON event_members TO {role};
GRANT UPDATE (removed_at, removed_by) ON event_members TO {role};
GRANT INSERT ON city_members TO {role};
GRANT UPDATE (removed_at, removed_by) ON city_members TO {role};
-- Which citizen a member of staff is ends with the citizen's account.
GRANT INSERT, DELETE ON staff_citizens TO {role};
-- What a reviewer said stays said.
GRANT INSERT ON review_opinions TO {role};
GRANT INSERT ON event_reports TO {role};
-- A release is published once; a proposal to correct one is decided once.
GRANT INSERT ON disclosures, disclosure_corrections TO {role};
GRANT UPDATE (decision, decided_by, decided_at, published) ON disclosure_corrections TO {role};
GRANT INSERT ON inventory_lines, inventory_people, inventory_absences, inventory_measures TO {role};
-- At the venue: a screen's token is given once and may be ended, a window may be closed early.
GRANT INSERT ON screens, posters, poster_windows TO {role};
GRANT UPDATE (token_hash, opened_at, revoked_at) ON screens TO {role};
GRANT UPDATE (closed_at, closed_by) ON poster_windows TO {role};
-- A pass and the tie to a guardian end with the person they lead to.
GRANT INSERT, DELETE ON passes, companions TO {role};
-- At the gates: a scan stays as it was made, but for its annulment, and so does why staff let one pass.
GRANT INSERT ON devices, gate_scans, gate_overrides TO {role};
GRANT UPDATE (onboarding_hash, onboarding_expires_at, token_hash, onboarded_at, revoked_at, last_seen_at, clock_offset_ms) ON devices TO {role};
GRANT UPDATE (annulled_at, annulled_by) ON gate_scans TO {role};
GRANT INSERT, UPDATE ON gate_settings, entry_settings, badge_blocks, presence TO {role};
-- The log is append-only. A name on a certificate is its holder's to take off again.
GRANT INSERT ON log_nodes, log_keys, log_heads, log_signatures TO {role};
GRANT INSERT, DELETE ON certificate_names TO {role};
GRANT UPDATE (name, policy_version, consented_at) ON certificate_names TO {role};
-- The secret of a holder's link may be replaced; a journey goes by this function alone.
GRANT INSERT ON certificate_links TO {role};
GRANT UPDATE (secret, created_at) ON certificate_links TO {role};
GRANT EXECUTE ON FUNCTION forget_journey TO {role};
-- Issuance budgets: what is done to them and what waits is append-only; the total, what is issued and the end change.
GRANT INSERT ON issuance_budgets, issuance_budget_changes, pending_points, pending_point_ends TO {role};
GRANT UPDATE (total_points, issued_points, closed_at) ON issuance_budgets TO {role};
GRANT INSERT ON issuance_budget_days TO {role};
GRANT UPDATE (issued_points) ON issuance_budget_days TO {role};
-- What an account holds moves to another one by this function alone.
GRANT EXECUTE ON FUNCTION move_account TO {role};
-- Staff: what was begun goes when it is over, a second factor when it is replaced.
GRANT INSERT, DELETE ON staff_sessions, staff_totp, staff_recovery_codes, staff_passkeys, staff_challenges TO {role};
GRANT UPDATE (last_used_at) ON staff_sessions TO {role};
GRANT UPDATE (last_step) ON staff_totp TO {role};
GRANT UPDATE (used_at) ON staff_recovery_codes TO {role};
GRANT UPDATE (sign_count, last_used_at) ON staff_passkeys TO {role};
GRANT UPDATE (failures, used_at, sealed, sealed_with) ON staff_challenges TO {role};
-- Citizens: what was begun to sign in is tried, used and goes; a passkey goes when its owner removes it.
GRANT INSERT, DELETE ON sign_in_challenges, citizen_passkeys TO {role};
GRANT UPDATE (failures, used_at) ON sign_in_challenges TO {role};
GRANT UPDATE (sign_count, last_used_at) ON citizen_passkeys TO {role};
-- A receipt stays as it was given. Of a complaint its states change, and what names its author goes.
GRANT INSERT ON erasures, complaints TO {role};
GRANT UPDATE (citizen_id, text, contact, contact_key, state, taken_by, taken_at, answer, answered_by, answered_at,
    public_answer) ON complaints TO {role};
-- The database says when: the columns of its clock are not the application's to write.
DO $$
DECLARE
    dated text;
BEGIN
    FOREACH dated IN ARRAY ARRAY['transfers', 'actions', 'attendances', 'offsets', 'consents', 'log_entries'] LOOP
        EXECUTE format('GRANT INSERT (%s) ON %I TO {role}', (
            SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
            WHERE attrelid = dated::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'written_at'), dated);
    END LOOP;
END
$$;
GRANT INSERT (id, staff_id, action, subject, reason, before, after) ON staff_actions TO {role};
GRANT INSERT (id, kind, actor_id, actor, source, subject, reason, occurrences) ON security_records TO {role};
GRANT EXECUTE ON FUNCTION remove_old_security_records(integer) TO {role};
GRANT INSERT (id, kind, subject, name, why, note, reporter_id) ON name_reports TO {role};
GRANT UPDATE (decision, decided_at, decided_by, reason, reporter_id, note) ON name_reports TO {role};
GRANT DELETE ON name_reports TO {role};
-- A guardian's decisions stay; a code is there until it is used or replaced.
GRANT INSERT ON guardian_consents TO {role};
GRANT INSERT, DELETE ON guardian_codes TO {role};
-- Organisations: what was said of a licence or a member stays; it ends by a date.
GRANT INSERT, UPDATE ON organisations TO {role};
GRANT INSERT ON organisation_licences, organisation_members, organisation_invitations, event_organisations,
    regulator_remits TO {role};
GRANT UPDATE (confirmed_by, confirmed_at, revoked_by, revoked_at, revoked_why) ON organisation_licences TO {role};
GRANT UPDATE (removed_at, removed_by) ON organisation_members, event_organisations TO {role};
GRANT UPDATE (used_by, used_at, revoked_at) ON organisation_invitations TO {role};
GRANT UPDATE (ended_at, ended_by) ON regulator_remits TO {role};
GRANT UPDATE (organisation_id) ON partners, teams TO {role};
-- The feed to Tianfu Credit is append-only, and so is what was handed over.
GRANT INSERT (sequence, page, subject, facts, facts_digest, body, published_at) ON feed_items TO {role};
GRANT INSERT ON feed_deliveries TO {role};
-- Years of venues and organisations: whose they are stays; a rejected year gives its months up.
GRANT INSERT ON event_years TO {role};
GRANT UPDATE (starts_on, ends_on, within) ON event_years TO {role};
GRANT INSERT, DELETE ON event_year_months TO {role};
-- Projects: what the plan calls them may be told later; plantings and activities stay as they were told.
GRANT UPDATE (barrier, is_demonstration, planned_t) ON projects TO {role};
GRANT INSERT ON project_activities, project_evidence TO {role};
-- Supervision: what was said of a freeze stays; its release is proposed and ends it.
GRANT INSERT ON event_freezes TO {role};
GRANT UPDATE (release_proposed_by, release_proposed_at, release_reason, ended_by, ended_at) ON event_freezes TO {role};
-- What an entry of a list says stays; how far it has come changes. Cases are decided, appeals are answered.
GRANT INSERT ON list_entries, list_appeals, list_cases, serial_refusals TO {role};
GRANT UPDATE (state, valid_from, statement, statement_by, statement_at, confirmed_by, decided_at, decision_reason,
    published_at, removal_proposed_by, removal_proposed_at, removal_reason, ended_by, ended_at) ON list_entries TO {role};
GRANT UPDATE (state, decided_by, decided_at, decision_reason) ON list_appeals TO {role};
GRANT UPDATE (facts, facts_digest, found_at, state, decided_by, decided_at, decision_reason, entry_id)
    ON list_cases TO {role};
-- The regulator's desk is only ever added to; a proposed switch of a feature is decided once.
GRANT INSERT ON alert_acknowledgements, certificate_samples, certificate_checks, inspections, inspection_entries,
    feature_switches TO {role};
GRANT UPDATE (decision, decided_by, decided_at) ON feature_switches TO {role};
GRANT INSERT ON event_invitations TO {role};
GRANT UPDATE (answer, answered_by, answered_at) ON event_invitations TO {role};
GRANT UPDATE (revision) ON causes TO {role};
-- A score stays as it was computed; an objection is decided once.
GRANT INSERT ON credit_scores, credit_objections TO {role};
GRANT UPDATE (decision, corrected, decision_reason, decided_by, decided_at) ON credit_objections TO {role};
-- The label of a demonstration is proposed and decided once.
GRANT INSERT ON demonstration_proposals TO {role};
GRANT UPDATE (decision, decision_reason, decided_by, decided_at) ON demonstration_proposals TO {role};
-- What a version of an article or a question says stays; it is proposed and decided. A draft of the catalogue is edited.
GRANT INSERT ON content_versions, catalogue_drafts TO {role};
GRANT UPDATE (state, effective_from, proposed_by, proposed_at, decided_by, decided_at, decision_reason)
    ON content_versions TO {role};
GRANT UPDATE (base, body, revision, state, reason, written_by, effect, effect_cursor, effect_done_at,
    proposed_by, proposed_at, decided_by, decided_at, decision_reason) ON catalogue_drafts TO {role};
-- Assessments of scenes: what was found stays; it is decided once and may be withdrawn.
GRANT INSERT ON scene_certifications TO {role};
GRANT UPDATE (decision, decided_by, decided_at, decided_why, withdrawn_by, withdrawn_at, withdrawn_why)
    ON scene_certifications TO {role};
-- Verification: what a verifier found and signed stays; an attachment ends once, a question is answered once.
GRANT INSERT ON event_verifiers, verifier_reviews, verifier_questions, verifier_opinions TO {role};
GRANT UPDATE (ended_at, ended_by, ended_why) ON event_verifiers TO {role};
GRANT UPDATE (answer, answered_by, answered_at) ON verifier_questions TO {role};
