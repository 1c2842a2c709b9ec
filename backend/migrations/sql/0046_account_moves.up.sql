-- 0046: what one account holds moves into another one of the same person: an account that is merged, or what a guest did.
-- Works with the code that is running; may be run twice; waits 5 s for locks.

-- Append-only: what was moved, in numbers, and what was answered. An account is moved once.
CREATE TABLE IF NOT EXISTS account_moves (
    citizen_id           uuid NOT NULL,
    id                   uuid NOT NULL,
    other_id             uuid NOT NULL,
    kind                 text NOT NULL,
    points               bigint NOT NULL,
    points_taken_back    bigint NOT NULL,
    attendances          integer NOT NULL,
    attendances_staying  integer NOT NULL,
    actions              bigint NOT NULL,
    answer               bytea NOT NULL,
    moved_at             timestamptz NOT NULL,
    CONSTRAINT account_moves_pkey PRIMARY KEY (citizen_id, id),
    CONSTRAINT account_moves_once UNIQUE (other_id),
    CONSTRAINT account_moves_between_two CHECK (citizen_id <> other_id),
    CONSTRAINT account_moves_kind_known CHECK (kind IN ('merge', 'keep')),
    CONSTRAINT account_moves_not_negative
        CHECK (points >= 0 AND points_taken_back >= 0 AND attendances >= 0 AND attendances_staying >= 0 AND actions >= 0)
);

-- Where an account that was moved is today: what stays under its id in the ledger (its transfers, and attendances at
-- events that both accounts joined) is this citizen's. Moved again, it leads to the last one: no reading follows a chain.
CREATE TABLE IF NOT EXISTS merged_accounts (
    other_id    uuid PRIMARY KEY,
    citizen_id  uuid NOT NULL,
    CONSTRAINT merged_accounts_into_another CHECK (other_id <> citizen_id)
);
CREATE INDEX IF NOT EXISTS merged_accounts_by_citizen ON merged_accounts (citizen_id);

-- Points change accounts by way of this one, so each of a person's two accounts has its own double entry. Always zero.
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_kind_known;
ALTER TABLE accounts ADD CONSTRAINT accounts_kind_known
    CHECK (kind IN ('citizen', 'issuance', 'redemption', 'expiry', 'merge')) NOT VALID;
ALTER TABLE accounts VALIDATE CONSTRAINT accounts_kind_known;
INSERT INTO accounts (id, kind) VALUES ('00000000-0000-7000-8000-000000000004', 'merge') ON CONFLICT (id) DO NOTHING;
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_reason_known;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_known CHECK (reason IN
    ('action', 'event_join', 'quiz', 'redemption', 'cancellation', 'reversal', 'expiry', 'offset', 'offset_refund',
     'merge', 'doubled')) NOT VALID;
ALTER TABLE transfers VALIDATE CONSTRAINT transfers_reason_known;
ALTER TABLE pending_point_ends DROP CONSTRAINT IF EXISTS pending_point_ends_why_known;
ALTER TABLE pending_point_ends ADD CONSTRAINT pending_point_ends_why_known
    CHECK (why IN ('released', 'lapsed', 'reversed', 'merged')) NOT VALID;
ALTER TABLE pending_point_ends VALIDATE CONSTRAINT pending_point_ends_why_known;
ALTER TABLE offset_wait_ends DROP CONSTRAINT IF EXISTS offset_wait_ends_why_known;
ALTER TABLE offset_wait_ends ADD CONSTRAINT offset_wait_ends_why_known
    CHECK (why IN ('settled', 'met', 'replaced', 'not_paid', 'erased', 'approved', 'limited', 'refused', 'merged')) NOT VALID;
ALTER TABLE offset_wait_ends VALIDATE CONSTRAINT offset_wait_ends_why_known;
-- A photo's file keeps its name, and so the id of whom it was of; NULL: of the row's own citizen.
ALTER TABLE photos ADD COLUMN IF NOT EXISTS file_owner uuid;
-- A review and what was said of it change their citizen in one transaction.
ALTER TABLE review_opinions ALTER CONSTRAINT review_opinions_review_id_fkey DEFERRABLE INITIALLY IMMEDIATE;

-- Moves the rows of one account to another, the owner's: the application may change none of them. It moves all that
-- there is and changes no amount; a row for which the other account has its own already (an event joined twice, a day's
-- quiz) stays. It leaves its row in account_moves, and moves no account twice. Both accounts are locked before.
CREATE OR REPLACE FUNCTION move_account(
    move_id uuid, new_id uuid, old_id uuid, move_kind text, moved_points bigint, taken_points bigint,
    joined_points integer, given_answer bytea, at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_table text;
    moved_events uuid[];
    partners uuid[];
    moved_attendances integer;
    staying integer;
    moved_actions bigint;
BEGIN
    IF (SELECT count(*) FROM accounts WHERE id IN (new_id, old_id) AND kind = 'citizen' AND erased_at IS NULL) <> 2
        OR EXISTS (SELECT FROM accounts WHERE id = new_id AND guest_event_id IS NOT NULL)
        OR EXISTS (SELECT FROM accounts WHERE id = old_id AND (guest_event_id IS NOT NULL) <> (move_kind = 'keep')) THEN
        RAISE EXCEPTION 'no two accounts that can become one' USING ERRCODE = 'check_violation';
    END IF;
    IF joined_points <> 0 AND NOT EXISTS (
        SELECT FROM accounts a JOIN events e ON e.id = a.guest_event_id
        WHERE a.id = old_id AND joined_points BETWEEN 0 AND e.join_points) THEN
        RAISE EXCEPTION 'only what a guest joined is paid for afterwards' USING ERRCODE = 'check_violation';
    END IF;
    SET CONSTRAINTS review_opinions_review_id_fkey DEFERRED;

    -- Attendances, and what hangs on each, of events that the other account has not joined.
    SELECT coalesce(array_agg(a.event_id), '{}') INTO moved_events FROM attendances a
    WHERE a.citizen_id = old_id
        AND NOT EXISTS (SELECT FROM attendances b WHERE b.event_id = a.event_id AND b.citizen_id = new_id);
    FOREACH the_table IN ARRAY ARRAY['offsets', 'journey_revisions', 'offset_waits', 'offset_wait_ends', 'offset_changes',
                                     'offset_releases', 'offset_payments'] LOOP
        EXECUTE format('UPDATE %I SET citizen_id = $1 WHERE citizen_id = $2 AND event_id = ANY ($3)', the_table)
        USING new_id, old_id, moved_events;
    END LOOP;
    UPDATE attendances SET citizen_id = new_id, points = points + joined_points
    WHERE citizen_id = old_id AND event_id = ANY (moved_events);
    GET DIAGNOSTICS moved_attendances = ROW_COUNT;
    SELECT count(*) INTO staying FROM attendances WHERE citizen_id = old_id;
    UPDATE certificate_names SET citizen_id = new_id WHERE citizen_id = old_id;
    UPDATE certificate_links SET citizen_id = new_id WHERE citizen_id = old_id;
    UPDATE passes p SET citizen_id = new_id WHERE citizen_id = old_id
        AND NOT EXISTS (SELECT FROM passes q WHERE q.event_id = p.event_id AND q.citizen_id = new_id);
    DELETE FROM passes WHERE citizen_id = old_id;
    UPDATE companions SET guardian_id = new_id WHERE guardian_id = old_id;

    -- Actions, what became of them and what waits for a person; sums by month.
    UPDATE actions SET citizen_id = new_id WHERE citizen_id = old_id;
    GET DIAGNOSTICS moved_actions = ROW_COUNT;
    FOREACH the_table IN ARRAY ARRAY['reversals', 'claims', 'donations', 'reviews', 'review_opinions',
                                     'redemptions', 'vouchers', 'verifications'] LOOP
        EXECUTE format('UPDATE %I SET citizen_id = $1 WHERE citizen_id = $2', the_table) USING new_id, old_id;
    END LOOP;
    INSERT INTO action_sums AS s (citizen_id, month, method, is_verified, actions, reduction_g, points)
    SELECT new_id, month, method, is_verified, actions, reduction_g, points FROM action_sums WHERE citizen_id = old_id
    ON CONFLICT (citizen_id, month, method, is_verified) DO UPDATE SET actions = s.actions + excluded.actions,
        reduction_g = s.reduction_g + excluded.reduction_g, points = s.points + excluded.points;
    DELETE FROM action_sums WHERE citizen_id = old_id;
    UPDATE photos p SET citizen_id = new_id, file_owner = coalesce(file_owner, old_id) WHERE citizen_id = old_id
        AND NOT EXISTS (SELECT FROM photos q WHERE q.citizen_id = new_id AND q.sha256 = p.sha256);
    UPDATE quiz_answers p SET citizen_id = new_id WHERE citizen_id = old_id
        AND NOT EXISTS (SELECT FROM quiz_answers q WHERE q.citizen_id = new_id AND q.day = p.day);
    UPDATE medals p SET citizen_id = new_id WHERE citizen_id = old_id
        AND NOT EXISTS (SELECT FROM medals q WHERE q.citizen_id = new_id AND q.medal = p.medal AND q.level = p.level);

    -- Of the partners that report this account alone: no index leads from a person to what was reported, and the ledger
    -- would wait while every report there is was read.
    SELECT coalesce(array_agg(DISTINCT partner_id), '{}') INTO partners FROM source_grants WHERE citizen_id = old_id;
    IF partners <> '{}' THEN
        UPDATE partner_items SET citizen_id = new_id WHERE partner_id = ANY (partners) AND citizen_id = old_id;
        UPDATE binding_codes SET citizen_id = new_id WHERE partner_id = ANY (partners) AND citizen_id = old_id;
    END IF;
    -- Partners: of two grants to one partner the one of the account that stays is in force.
    UPDATE source_grants p SET subject = NULL, withdrawn_at = greatest(at, granted_at)
    WHERE citizen_id = old_id AND withdrawn_at IS NULL AND EXISTS (
        SELECT FROM source_grants q
        WHERE q.citizen_id = new_id AND q.partner_id = p.partner_id AND q.withdrawn_at IS NULL);
    UPDATE source_grants SET citizen_id = new_id WHERE citizen_id = old_id;

    -- Teams: one of each kind; of two the one of the account that stays.
    WITH ended AS (
        UPDATE team_members p SET left_at = greatest(at, joined_at)
        WHERE citizen_id = old_id AND left_at IS NULL AND EXISTS (
            SELECT FROM team_members q WHERE q.citizen_id = new_id AND q.kind = p.kind AND q.left_at IS NULL)
        RETURNING team_id
    )
    UPDATE teams SET members = members - 1 WHERE id IN (SELECT team_id FROM ended);
    -- What the person did counts for one team of a kind at a time: a membership beside one of the account that stays
    -- remains where it was, and what was done in it counts for the other team.
    UPDATE team_members p SET citizen_id = new_id WHERE citizen_id = old_id
        AND NOT EXISTS (SELECT FROM team_members q WHERE q.citizen_id = new_id AND q.kind = p.kind
            AND q.joined_at <= coalesce(p.left_at, 'infinity') AND p.joined_at <= coalesce(q.left_at, 'infinity'));
    UPDATE teams t SET owner_id = coalesce(
        (SELECT m.citizen_id FROM team_members m WHERE m.team_id = t.id AND m.left_at IS NULL
         ORDER BY m.citizen_id = new_id DESC, m.joined_at, m.citizen_id LIMIT 1), new_id)
    WHERE owner_id = old_id;

    -- Consents: what one account alone decided holds, and of two decisions the one that forbids.
    INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)
    SELECT new_id, o.scope, coalesce(n.revision, 0) + 1, o.is_granted, o.policy_version, at
    FROM (SELECT DISTINCT ON (scope) * FROM consents WHERE citizen_id = old_id ORDER BY scope, revision DESC) o
    LEFT JOIN (SELECT DISTINCT ON (scope) * FROM consents WHERE citizen_id = new_id ORDER BY scope, revision DESC) n
        ON n.scope = o.scope
    WHERE n.scope IS NULL OR (n.is_granted AND NOT o.is_granted);

    -- The person: ways to sign in, profile, notices, objections.
    UPDATE identities SET citizen_id = new_id WHERE citizen_id = old_id;
    UPDATE citizen_passkeys SET citizen_id = new_id WHERE citizen_id = old_id;
    UPDATE profiles SET citizen_id = new_id WHERE citizen_id = old_id
        AND NOT EXISTS (SELECT FROM profiles WHERE citizen_id = new_id);
    DELETE FROM profiles WHERE citizen_id = old_id;
    UPDATE notices p SET citizen_id = new_id WHERE citizen_id = old_id AND NOT EXISTS (
        SELECT FROM notices q WHERE q.citizen_id = new_id AND q.kind = p.kind AND q.topic_key = p.topic_key);
    DELETE FROM notices WHERE citizen_id = old_id;
    UPDATE outbox p SET citizen_id = new_id WHERE citizen_id = old_id AND NOT EXISTS (
        SELECT FROM outbox q WHERE q.citizen_id = new_id AND q.kind = p.kind AND q.topic_key = p.topic_key);
    UPDATE subscriptions p SET citizen_id = new_id WHERE citizen_id = old_id
        AND NOT EXISTS (SELECT FROM subscriptions q WHERE q.citizen_id = new_id AND q.template = p.template);
    DELETE FROM subscriptions WHERE citizen_id = old_id;
    UPDATE complaints p SET citizen_id = new_id WHERE citizen_id = old_id AND NOT EXISTS (
        SELECT FROM complaints q WHERE q.citizen_id = new_id AND q.about = p.about AND q.subject = p.subject);
    UPDATE name_reports SET reporter_id = new_id WHERE reporter_id = old_id;
    INSERT INTO staff_citizens (staff_id, citizen_id) SELECT staff_id, new_id FROM staff_citizens WHERE citizen_id = old_id
    ON CONFLICT DO NOTHING;
    DELETE FROM staff_citizens WHERE citizen_id = old_id;
    DELETE FROM guardian_codes WHERE citizen_id = old_id;
    -- Of two ages the younger one: nobody becomes older by an account that says so.
    UPDATE citizens n SET nickname = coalesce(n.nickname, o.nickname), born_month = greatest(n.born_month, o.born_month),
        age_told_at = greatest(n.age_told_at, o.age_told_at)
    FROM citizens o WHERE n.id = new_id AND o.id = old_id;
    UPDATE accounts n SET is_proven = n.is_proven OR o.is_proven, earns_from = greatest(n.earns_from, o.earns_from)
    FROM accounts o WHERE n.id = new_id AND o.id = old_id;

    -- The account that was moved: nothing new is kept of it, and nobody is signed in to it.
    UPDATE citizens SET nickname = NULL, born_month = NULL, age_told_at = NULL WHERE id = old_id;
    UPDATE accounts SET erased_at = at, earns_from = NULL WHERE id = old_id;
    UPDATE guests SET ended_at = at, ended_why = 'kept', device_hash = NULL WHERE citizen_id = old_id AND ended_at IS NULL;
    UPDATE sessions SET revoked_at = at, revoked_why = 'merged' WHERE principal_id = old_id AND revoked_at IS NULL;
    DELETE FROM refresh_tokens t USING sessions s WHERE s.principal_id = old_id AND t.session_id = s.id;
    INSERT INTO offset_wait_ends (event_id, citizen_id, sequence, why, ended_at)
    SELECT w.event_id, w.citizen_id, w.sequence, 'merged', at
    FROM attendances a JOIN offset_waits w ON w.event_id = a.event_id AND w.citizen_id = a.citizen_id
    WHERE a.citizen_id = old_id AND NOT EXISTS (
        SELECT FROM offset_wait_ends e
        WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence);

    UPDATE merged_accounts SET citizen_id = new_id WHERE citizen_id = old_id;
    INSERT INTO merged_accounts (other_id, citizen_id) VALUES (old_id, new_id);
    INSERT INTO account_moves (citizen_id, id, other_id, kind, points, points_taken_back, attendances,
                               attendances_staying, actions, answer, moved_at)
    VALUES (new_id, move_id, old_id, move_kind, moved_points, taken_points, moved_attendances, staying, moved_actions,
            given_answer, at);
END $$;
REVOKE ALL ON FUNCTION move_account FROM PUBLIC;
