-- 0067, taken back: events have no verifiers of ours; signed reports stay with their documents.
DROP TABLE IF EXISTS verifier_opinions;
DROP TABLE IF EXISTS verifier_questions;
DROP TABLE IF EXISTS verifier_reviews;
DROP TABLE IF EXISTS event_verifiers;
