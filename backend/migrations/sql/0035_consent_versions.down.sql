CREATE INDEX IF NOT EXISTS consents_to_leaderboards ON consents (citizen_id, revision DESC) INCLUDE (is_granted)
    WHERE scope = 'leaderboard';
DROP INDEX IF EXISTS consents_to_leaderboards_by_version;
