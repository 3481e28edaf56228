-- Give a lock back and wake whoever waits for it. Only its owner may.
-- KEYS[1] lock:{<name>}  HASH owner, until (ms)
-- ARGV[1] owner's token  ARGV[2] channel on which the waiters listen; the message is empty
-- Outcome: released | not_yours
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 'not_yours' end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], '')
return 'released'
