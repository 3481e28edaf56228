-- End a claim whose grace is over and for which the database knows no reservation: its payer crashed.
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; 2 hold
-- Outcomes: held (its deadline is still to come) | lapsed | paying (claimed again since) | unknown
--@include clock.lua
--@include seats.lua
--@include settle_back.lua
local now = now_ms(ARGV[1])
local record = call('HGET', DATA, ARGV[2])
local grace_until = call('ZSCORE', PAYING, ARGV[2])
if not record or not grace_until then return {'unknown'} end
if tonumber(grace_until) > now then return {'paying'} end
local fan, _, deadline, _, seats = fields(record)
return {settle_back(ARGV[2], fan, deadline, seats, now)}
