-- unlock: remove a lock that still belongs to its owner; one that ran out may be somebody else's by now.
-- KEYS[1] the lock  ARGV[1] its owner
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
