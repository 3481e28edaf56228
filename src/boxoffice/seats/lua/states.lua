-- How many seats are in each state, each counted from its own source: if they do not sum to the capacity, one leaked.
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; 2 how many holds to sweep at most
-- Outcomes: states, free, held, paying, sold, bitmap of taken, bitmap of sold, number of holds held, of holds paying,
--           ms until the first of these is past its grace (negative: it is; empty: none is paying), seats that are
--           paying (`run:first-last` joined by commas) | unprepared
--@include clock.lua
--@include seats.lua
local capacity = call('HGET', META, 'capacity')
if not capacity then return {'unprepared'} end
local now = now_ms(ARGV[1])
sweep(now, tonumber(ARGV[2]))
local seats_in = {held = 0, paying = 0}
local paying = {}
for _, record in ipairs(call('HVALS', DATA)) do
  local _, status, _, _, seats = fields(record)
  seats_in[status] = seats_in[status] + size(seats)
  if status == 'paying' then paying[#paying + 1] = seats end
end
local first = call('ZRANGE', PAYING, 0, 0, 'WITHSCORES')
return {
  'states', tonumber(capacity) - call('BITCOUNT', TAKEN), seats_in.held, seats_in.paying, call('BITCOUNT', SOLD),
  call('GET', TAKEN), call('GET', SOLD),
  call('ZCARD', HOLDS), call('ZCARD', PAYING), first[2] and tonumber(first[2]) - now or '',
  table.concat(paying, ',')
}
