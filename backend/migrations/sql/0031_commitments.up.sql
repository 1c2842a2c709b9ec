-- 0031: what a certificate's holder alone has; what the log shows instead of a number; journeys that are not kept.

-- From a seed come the secret of the holder's link and the salts of the certificate. What the previous version makes
-- meanwhile gets one by default, what was made before gets one now: its holder finds the link in the account.
ALTER TABLE offsets ADD COLUMN IF NOT EXISTS seed bytea;
ALTER TABLE offsets ALTER COLUMN seed
    SET DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
UPDATE offsets SET seed = DEFAULT WHERE seed IS NULL;
ALTER TABLE offsets DROP CONSTRAINT IF EXISTS offsets_seed_whole;
ALTER TABLE offsets ADD CONSTRAINT offsets_seed_whole CHECK (length(seed) = 32) NOT VALID;
ALTER TABLE offsets VALIDATE CONSTRAINT offsets_seed_whole;

-- The secret of a holder who asked for a new link: the one before opens nothing any more.
CREATE TABLE IF NOT EXISTS certificate_links (
    event_id            uuid NOT NULL,
    certificate_number  text NOT NULL,
    citizen_id          uuid NOT NULL,
    secret              bytea NOT NULL,
    created_at          timestamptz NOT NULL,
    PRIMARY KEY (event_id, certificate_number),
    CONSTRAINT certificate_links_secret_whole CHECK (length(secret) = 24)
);
CREATE INDEX IF NOT EXISTS certificate_links_by_citizen ON certificate_links (citizen_id);

-- Of a certificate, `body` is public and commits to `document`, the signed one, which is shown with the certificate.
-- Null where the body is the document itself, as it was before.
ALTER TABLE log_entries ADD COLUMN IF NOT EXISTS document bytea;
ALTER TABLE log_entries DROP CONSTRAINT IF EXISTS log_entries_document_of_certificate;
ALTER TABLE log_entries ADD CONSTRAINT log_entries_document_of_certificate
    CHECK (document IS NULL OR kind IN ('offset', 'offset_change')) NOT VALID;
ALTER TABLE log_entries VALIDATE CONSTRAINT log_entries_document_of_certificate;

-- Of a journey that is not kept, the salted digest of its lines; the salt is the attendee's.
ALTER TABLE attendances ADD COLUMN IF NOT EXISTS lines_digest bytea;
ALTER TABLE journey_revisions ADD COLUMN IF NOT EXISTS lines_digest bytea;

CREATE OR REPLACE VIEW current_attendances AS
SELECT a.event_id, a.citizen_id, a.id, a.badge_serial, a.gate, a.offset_status, a.points, a.joined_at,
       coalesce(r.revision, 1::smallint) AS revision, coalesce(r.footprint_digest, a.footprint_digest) AS footprint_digest,
       CASE WHEN r.revision IS NULL THEN a.lines_digest ELSE r.lines_digest END AS lines_digest
FROM attendances a
LEFT JOIN LATERAL (
    SELECT revision, footprint_digest, lines_digest FROM journey_revisions j
    WHERE j.event_id = a.event_id AND j.citizen_id = a.citizen_id ORDER BY revision DESC LIMIT 1
) r ON true;

CREATE OR REPLACE VIEW current_offsets AS
SELECT o.event_id, o.citizen_id, o.id, o.grams AS first_grams, o.kind AS asked_kind, o.pay_with,
       o.certificate_number, o.issued_at, o.footprint_digest AS first_digest,
       a.revision, a.footprint_digest, f.total_g, o.grams + c.grams AS grams,
       CASE WHEN o.grams + c.grams >= f.total_g THEN 'full' ELSE 'partial' END AS kind,
       o.seed, k.secret, a.lines_digest
FROM offsets o
LEFT JOIN current_attendances a ON a.event_id = o.event_id AND a.citizen_id = o.citizen_id
LEFT JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN certificate_links k ON k.event_id = o.event_id AND k.certificate_number = o.certificate_number
CROSS JOIN LATERAL (
    SELECT coalesce(sum(grams), 0)::bigint AS grams FROM offset_changes x
    WHERE x.event_id = o.event_id AND x.citizen_id = o.citizen_id
) c;

CREATE OR REPLACE VIEW certified_offsets AS
SELECT v.event_id, v.citizen_id, v.id, v.certificate_number, v.issued_at, v.footprint_digest, v.grams, v.kind,
       (v.revision - 1 + s.last)::integer AS revision, d.released_g, p.parts, v.seed, v.secret, v.lines_digest
FROM current_offsets v
CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.grams), 0)::bigint AS released_g FROM offset_releases r
    WHERE r.event_id = v.event_id AND r.citizen_id = v.citizen_id
) d
CROSS JOIN LATERAL (
    SELECT coalesce(max(x.sequence), 0) AS last FROM offset_changes x
    WHERE x.event_id = v.event_id AND x.citizen_id = v.citizen_id
) s
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('batch_id', l.batch_id, 'product', b.product, 'project', b.project_name,
               'retirement_ref', b.retirement_ref, 'grams', l.held_to - l.serial_from + 1,
               'serial_from', l.serial_from, 'serial_to', l.held_to) ORDER BY l.position) AS parts
    FROM (
        SELECT a.batch_id, a.position, a.serial_from, coalesce(r.first - 1, a.serial_to) AS held_to
        FROM allocations a
        CROSS JOIN LATERAL (
            SELECT min(g.serial_from) AS first FROM offset_releases g
            WHERE g.event_id = a.event_id AND g.batch_id = a.batch_id
                AND g.serial_from BETWEEN a.serial_from AND a.serial_to
        ) r
        WHERE a.event_id = v.event_id AND a.offset_id = v.id
    ) l
    JOIN credit_batches b ON b.id = l.batch_id
    WHERE l.held_to >= l.serial_from
) p;

-- The only way in which the application takes a journey off the ledger: another footprint of the same grams, which
-- holds no journey, takes its place wherever the citizen's rows name it. A row with a journey that nobody else has goes.
CREATE OR REPLACE FUNCTION forget_journey(citizen uuid, event uuid, kept bytea, replacement bytea, digest_of_lines bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM footprints k JOIN footprints n ON n.event_id = k.event_id AND n.total_g = k.total_g
        WHERE k.event_id = event AND k.digest = kept AND n.digest = replacement
            AND k.journey IS NOT NULL AND n.journey IS NULL
    ) THEN
        RAISE EXCEPTION 'no footprint of the same grams without a journey' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE attendances SET footprint_digest = replacement, lines_digest = digest_of_lines
    WHERE event_id = event AND citizen_id = citizen AND footprint_digest = kept;
    UPDATE journey_revisions SET footprint_digest = replacement, lines_digest = digest_of_lines
    WHERE event_id = event AND citizen_id = citizen AND footprint_digest = kept;
    UPDATE offsets SET footprint_digest = replacement
    WHERE event_id = event AND citizen_id = citizen AND footprint_digest = kept;
    UPDATE offset_waits SET footprint_digest = replacement
    WHERE event_id = event AND citizen_id = citizen AND footprint_digest = kept;
    DELETE FROM footprints f WHERE f.event_id = event AND f.digest = kept
        AND NOT EXISTS (SELECT FROM attendances a WHERE a.event_id = event AND a.footprint_digest = kept)
        AND NOT EXISTS (SELECT FROM journey_revisions j WHERE j.event_id = event AND j.footprint_digest = kept);
END $$;
REVOKE ALL ON FUNCTION forget_journey FROM PUBLIC;
