-- The database has committed the sale of a hold: its seats stay taken, now as sold, and the hold is gone.
-- A hold that is not here was sold already, or given up, or Redis has lost it: then nothing is touched, for its seats
-- may be somebody else's by now. What the database says of them, mend.lua brings in, and it knows whether that is stale.
-- KEYS: those of seats.lua
-- ARGV: 1 hold; 2 fan
-- Outcomes: sold | unknown, each with the seats that the fan still holds | unprepared
--@include seats.lua
local hold, fan = ARGV[1], ARGV[2]
if call('EXISTS', META) == 0 then return {'unprepared'} end

local record = call('HGET', DATA, hold)
if not record then return {'unknown', tonumber(call('HGET', FAN_HELD, fan) or 0)} end

local owner, _, _, _, seats = fields(record)
forget(hold, owner, seats)
local n = 0
for _, first, last in groups(seats) do
  for no = first, last do n = n + 1 - call('SETBIT', SOLD, no, 1) end
end
add(FAN_SEATS, owner, n)
call('HINCRBY', META, 'sold_version', 1)
changed()
return {'sold', tonumber(call('HGET', FAN_HELD, fan) or 0)}
