-- dismiss_task: [write] removes a task that failed for good, once somebody said why; a job's own notice stays as it is.
-- $1 task_id uuid
DELETE FROM outbox WHERE id = $1 AND failed_at IS NOT NULL
RETURNING kind, last_error
