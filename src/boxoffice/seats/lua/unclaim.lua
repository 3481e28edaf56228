-- A payment that claimed a hold came to nothing. The last of several claims returns the hold to its deadline.
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; 2 hold; 3 fan
-- Outcomes: paying (another claim is still there) | held | lapsed (its deadline passed meanwhile) | unknown
--@include clock.lua
--@include seats.lua
--@include settle_back.lua
local record = call('HGET', DATA, ARGV[2])
if not record then return {'unknown'} end
local fan, status, deadline, claims, seats = fields(record)
if fan ~= ARGV[3] or status ~= 'paying' then return {'unknown'} end
if claims > 1 then
  call('HSET', DATA, ARGV[2], record_of(fan, status, deadline, claims - 1, seats))
  return {'paying'}
end
return {settle_back(ARGV[2], fan, deadline, seats, now_ms(ARGV[1]))}
