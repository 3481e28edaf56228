-- The keys of one concert's queue, in the one order in which every script of the queue takes them.
--   1 policy   HASH    phase, limit, rate_milli (admissions per 1000 s; 0: no bound), session_ttl_ms,
--                      presence_ttl_ms, epoch, version, history (see history.lua). Missing, or of another history than
--                      the server's: Redis may have lost what it gave out ("unprepared").
--   2 state    HASH    number (last given out), serving (highest let in), calling, admitted_total, grace_ms (before it
--                      only numbers up to grace_after are let in), bucket_micro + bucket_ms (rate), pace + pace_ms
--                      (measured speed), judged, stride (see calling.lua)
--   3 waiting  ZSET    fan -> number: every fan outside who has a place, present or away
--   4 seen     ZSET    fan -> ms until which the fan counts as present
--   5 active   ZSET    fan -> ms until which the fan may stay inside
--   6 ready    ZSET    fan -> number: those of `waiting` who are present; the same members as `seen`
--   7 numbers  HASH    fan -> number: those of `active`
--   8 ended    HASH    fan -> "left:<number>" or "expired:<number>": how the fan's last place ended
--   9 log      STREAM  admission log: k kind, f fan, n number, at ms; transitions only, never a poll
--  10 calls    ZSET    "<upto>:<how many>" -> ms at which those called up to there have had time to report
-- A fan not yet called has one entry, in `waiting`, and costs nothing else.
local POLICY, STATE, WAITING, SEEN, ACTIVE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local READY, NUMBERS, ENDED, LOG, CALLS = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
