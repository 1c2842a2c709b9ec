-- Leaderboards ask under which version of the policy a citizen agreed, from the index alone.
CREATE INDEX IF NOT EXISTS consents_to_leaderboards_by_version ON consents (citizen_id, revision DESC)
    INCLUDE (is_granted, policy_version) WHERE scope = 'leaderboard';
DROP INDEX IF EXISTS consents_to_leaderboards;
