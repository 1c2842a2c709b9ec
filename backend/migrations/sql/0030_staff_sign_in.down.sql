-- 0030, taken back: staff sign in with their password alone.
DROP TABLE IF EXISTS staff_challenges;
DROP TABLE IF EXISTS staff_passkeys;
DROP TABLE IF EXISTS staff_recovery_codes;
DROP TABLE IF EXISTS staff_totp;
DROP TABLE IF EXISTS staff_sessions;
