-- Look at a hold.
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; 2 hold; 3 fan
-- Outcomes: held or paying, deadline_ms, epoch, seats | unknown | not_yours | lapsed
--@include clock.lua
--@include seats.lua
local record = call('HGET', DATA, ARGV[2])
if not record then return {'unknown'} end
local fan, status, deadline, _, seats = fields(record)
if fan ~= ARGV[3] then return {'not_yours'} end
if status == 'held' and deadline <= now_ms(ARGV[1]) then return {'lapsed'} end
return {status, deadline, call('HGET', META, 'epoch') or '', seats}
