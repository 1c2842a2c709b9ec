-- 0038: a citizen's balance moves with the transfer that moves it and no other way; the database's clock on what a claim rests on.

-- What a statement books is what balances gain. The application's role has no right to the column `balance`: this
-- function, the owner's, is the only way to it. Locks are those that lock_accounts took; the check that no citizen goes
-- below zero, accounts_citizen_not_negative, is made here.
CREATE OR REPLACE FUNCTION move_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE accounts a SET balance = a.balance + moved.points
    FROM (SELECT citizen_id, sum(CASE WHEN credit_account = citizen_id THEN points
                                      WHEN debit_account = citizen_id THEN -points ELSE 0 END) AS points
          FROM booked GROUP BY citizen_id) moved
    WHERE a.id = moved.citizen_id AND a.kind = 'citizen';
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION move_balances() FROM PUBLIC;
DROP TRIGGER IF EXISTS transfers_move_balances ON transfers;
CREATE TRIGGER transfers_move_balances AFTER INSERT ON transfers REFERENCING NEW TABLE AS booked
    FOR EACH STATEMENT EXECUTE FUNCTION move_balances();

-- The accounts that stand against citizens': every batch of every process moves them, so they are written last, by the
-- application, through this view. Nobody spends from them; the audit sums them up.
CREATE OR REPLACE VIEW system_accounts AS SELECT id, balance FROM accounts WHERE kind <> 'citizen';

-- When the database wrote a row, beside what the application says of it; null: from before there was this clock.
ALTER TABLE actions ADD COLUMN IF NOT EXISTS written_at timestamptz;
ALTER TABLE actions ALTER COLUMN written_at SET DEFAULT clock_timestamp();
ALTER TABLE attendances ADD COLUMN IF NOT EXISTS written_at timestamptz;
ALTER TABLE attendances ALTER COLUMN written_at SET DEFAULT clock_timestamp();
ALTER TABLE offsets ADD COLUMN IF NOT EXISTS written_at timestamptz;
ALTER TABLE offsets ALTER COLUMN written_at SET DEFAULT clock_timestamp();
ALTER TABLE consents ADD COLUMN IF NOT EXISTS written_at timestamptz;
ALTER TABLE consents ALTER COLUMN written_at SET DEFAULT clock_timestamp();
ALTER TABLE log_entries ADD COLUMN IF NOT EXISTS written_at timestamptz;
ALTER TABLE log_entries ALTER COLUMN written_at SET DEFAULT clock_timestamp();
