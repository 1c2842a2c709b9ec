DROP TABLE IF EXISTS tallies, idempotency_keys, actions, transfers, accounts, allocations, offsets, attendances,
    footprints, pools, badges, gates, events, credit_batches;
