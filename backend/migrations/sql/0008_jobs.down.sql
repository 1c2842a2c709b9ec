DROP TABLE IF EXISTS subscriptions, notices, outbox, jobs;
