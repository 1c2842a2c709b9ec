-- store_security_records: [write] put what a process noted on record; the database says when. A name that was typed at
-- the door is kept only where it is an account's: people type their passwords there.
-- $1 id uuid[]  $2 kind text[]  $3 actor_id uuid[]  $4 actor text[]  $5 source text[]  $6 subject text[]
-- $7 reason text[]  $8 occurrences int[]
INSERT INTO security_records (id, kind, actor_id, actor, source, subject, reason, occurrences)
SELECT id, kind, actor_id,
       CASE WHEN kind NOT LIKE 'sign\_in\_%' OR EXISTS (SELECT FROM staff s WHERE s.username = actor)
            THEN left(actor, 100) END,
       left(source, 100), left(subject, 200), left(reason, 400), occurrences
FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[])
     AS noted (id, kind, actor_id, actor, source, subject, reason, occurrences)
