-- 0048: ways in besides the demo's and the mini-program's.
-- Works with the code that is running; may be run twice (IF NOT EXISTS, CREATE OR REPLACE); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- wechat_union is a person in all accounts of WeChat's Open Platform account: it joins wechat and wechat_web.
ALTER TABLE identities DROP CONSTRAINT IF EXISTS identities_provider_known;
ALTER TABLE identities ADD CONSTRAINT identities_provider_known CHECK (provider IN (
    'demo', 'wechat', 'wechat_web', 'wechat_union', 'oidc', 'email', 'phone', 'passkey', 'badge'
));
