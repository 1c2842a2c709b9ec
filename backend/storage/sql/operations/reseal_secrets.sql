-- reseal_secrets: [write] put a secret's ciphertext under the first key in the place of the one before, which nobody may have
-- changed meanwhile. The owner's alone: the application's role may not replace a partner's secret. Returns what was replaced.
-- $1 tables text[]  $2 ids of rows text[]  $3 ciphertexts before bytea[]  $4 ids of keys text[]  $5 ciphertexts bytea[]
-- $6 new ids text[]: an identity's is a digest under the key; one that is there already under the new one is left alone.
WITH new AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bytea[], $6::text[])
        AS new (kept_in, row_id, former, sealed_with, sealed, new_id)
), partners AS (
    UPDATE partner_keys k SET sealed = new.sealed, sealed_with = new.sealed_with FROM new
    WHERE new.kept_in = 'partner_keys' AND k.id = new.row_id AND k.sealed = new.former RETURNING 'partner_keys' AS kept_in
), apps AS (
    UPDATE staff_totp t SET sealed = new.sealed, sealed_with = new.sealed_with FROM new
    WHERE new.kept_in = 'staff_totp' AND t.staff_id::text = new.row_id AND t.sealed = new.former RETURNING 'staff_totp' AS kept_in
), contacts AS (
    UPDATE complaints c SET contact = new.sealed, contact_key = new.sealed_with FROM new
    WHERE new.kept_in = 'complaints' AND c.id::text = new.row_id AND c.contact = new.former RETURNING 'complaints' AS kept_in
), addresses AS (
    UPDATE identities i SET subject = new.new_id, sealed = new.sealed, sealed_with = new.sealed_with FROM new
    WHERE new.kept_in = 'identities' AND i.provider || ' ' || i.subject = new.row_id AND i.sealed = new.former
    AND NOT EXISTS (SELECT FROM identities o WHERE o.provider = i.provider AND o.subject = new.new_id)
    RETURNING 'identities' AS kept_in
)
SELECT kept_in FROM partners UNION ALL SELECT kept_in FROM apps UNION ALL SELECT kept_in FROM contacts
UNION ALL SELECT kept_in FROM addresses
