-- Give a hold back; only its owner can, and not while a payment has claimed it.
-- KEYS: those of seats.lua
-- ARGV: 1 hold; 2 fan
-- Outcomes: released | unknown | not_yours | paying
--@include seats.lua
local record = call('HGET', DATA, ARGV[1])
if not record then return {'unknown'} end
local fan, status, _, _, seats = fields(record)
if fan ~= ARGV[2] then return {'not_yours'} end
if status == 'paying' then return {'paying'} end
drop(ARGV[1], fan, seats)
changed()
return {'released'}
