-- The database has committed a sale: its seats stay taken, now as sold, and the hold is gone. Doing it twice is doing
-- it once, and it also works when Redis has forgotten the hold.
-- KEYS: those of seats.lua
-- ARGV: 1 hold; 2 fan; 3 seats (packed)
-- Outcomes: sold, seats that the fan still holds | unprepared
--@include seats.lua
--@include evict.lua
local hold, fan, seats = ARGV[1], ARGV[2], ARGV[3]
if call('EXISTS', META) == 0 then return {'unprepared'} end

local record = call('HGET', DATA, hold)
if record then
  local owner, _, _, _, held = fields(record)
  forget(hold, owner, held)
end

local unsold, n, foreign = {}, 0, false
for _, first, last in groups(seats) do
  for no = first, last do
    if call('SETBIT', SOLD, no, 1) == 0 then
      unsold[no], n = true, n + 1
      foreign = foreign or (not record and call('GETBIT', TAKEN, no) == 1)
    end
  end
end
-- Only now: their bits are sold, so that dropping a hold leaves them set.
if foreign then evict(unsold) end
if n > 0 then
  if not record then occupy(seats) end
  add(FAN_SEATS, fan, n)
  call('HINCRBY', META, 'sold_version', 1)
  changed()
end
return {'sold', tonumber(call('HGET', FAN_HELD, fan) or 0)}
