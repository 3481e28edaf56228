-- Count an attempt to sign in no more, because nobody looked at the password.
-- KEYS[1] attempts:{<account>}  HASH count, until
-- Outcome: {given_back} | {nothing}
if tonumber(redis.call('HGET', KEYS[1], 'count') or 0) < 1 then return {'nothing'} end
redis.call('HINCRBY', KEYS[1], 'count', -1)
return {'given_back'}
