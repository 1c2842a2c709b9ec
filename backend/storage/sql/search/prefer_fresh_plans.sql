-- prefer_fresh_plans: [read] until the transaction ends, plan each statement for its own values and end one that is slow.
-- What is rare and what stands in every second row want different plans.
-- $1 longest time of a statement, in ms
SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),
    set_config('statement_timeout', $1::text, true)
