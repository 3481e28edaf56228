-- The database has committed the sale of holds: their seats stay taken, now as sold, and the holds are gone.
-- A hold that is not here was sold already, or given up, or Redis has lost it: then nothing is touched, for its seats
-- may be somebody else's by now. What the database says of them, mend.lua brings in, and knows whether that is stale.
-- KEYS: those of seats.lua
-- ARGV: for each sale, of which there are at most 128: hold; fan
-- Outcomes, one for each sale: sold | unknown, each with the seats that the fan still holds | unprepared
--@include seats.lua
local known, versions = call('EXISTS', META) == 1, 0

local function sell(hold, fan)
  if not known then return {'unprepared'} end
  local record = call('HGET', DATA, hold)
  if not record then return {'unknown', tonumber(call('HGET', FAN_HELD, fan) or 0)} end

  local owner, _, _, _, seats = fields(record)
  forget(hold, owner, seats)
  local n = 0
  for _, first, last in groups(seats) do
    for no = first, last do n = n + 1 - call('SETBIT', SOLD, no, 1) end
  end
  add(FAN_SEATS, owner, n)
  versions = versions + 1
  return {'sold', tonumber(call('HGET', FAN_HELD, fan) or 0)}
end

local answers = {}
for at = 1, #ARGV, 2 do answers[#answers + 1] = sell(ARGV[at], ARGV[at + 1]) end
if versions > 0 then
  call('HINCRBY', META, 'sold_version', versions)
  changed()
end
return answers
