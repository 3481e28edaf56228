-- Hold the best adjacent free seats: of the runs, best first, the first with room; in it, the seats nearest its centre.
-- One atomic step: what is chosen is what is held. `gaps` answers which run, so its cost does not grow as seats sell.
-- KEYS: those of seats.lua; [11] queue policy HASH (phase); [12] queue active ZSET fan -> deadline in ms
-- ARGV: 1 now_ms or 0; 2 hold; 3 fan; 4 hold's life in ms; 5 seats a fan may have; 6 how many (1..20);
--       7 first and 8 last run that may be used (those of one tier, or all)
-- Outcomes: held, deadline_ms, epoch, first seat | unprepared | closed | not_admitted | limit, seats the fan has |
--           none | again
--@include clock.lua
--@include history.lua
--@include seats.lua
--@include entry.lua
local epoch = sure_epoch()
if not epoch then return {'unprepared'} end
local now = now_ms(ARGV[1])
local hold, fan, count = ARGV[2], ARGV[3], tonumber(ARGV[6])

local refused = refusal(KEYS[11], KEYS[12], fan, count, tonumber(ARGV[5]), now)
if refused then return refused end

-- Where in a run the `count` seats go: nearest to the centre, the lower number where two are equally near.
local function nearest(start, length, centre2, bytes)
  local ideal = floor((centre2 - count + 1) / 2)
  local best, distance
  stretches(start, length, bytes, function(from, to)
    if to - from < count then return end
    local at = math.max(from, math.min(ideal, to - count))
    local off = math.abs(2 * at + count - 1 - centre2)
    if not distance or off < distance then best, distance = at, off end
  end)
  return best
end

-- An empty range (a tier without seats) would be read as all of it.
if tonumber(ARGV[8]) < tonumber(ARGV[7]) then return {'none'} end
local gaps = call('GETRANGE', GAPS, ARGV[7], ARGV[8])
-- Up to 20, `count` is no character that means anything else in a pattern.
local found = string.find(gaps, '[' .. string.char(count) .. '-\255]')
if not found then return {'none'} end
local run = tonumber(ARGV[7]) + found - 1
local start, length, centre2, bytes = run_state(run)
local offset = nearest(start, length, centre2, bytes)
if not offset then
  -- `gaps` promised room that the bitmap does not have: put it right and let the caller ask again.
  measure(run)
  return {'again'}
end

local first = start + offset
local deadline = now + tonumber(ARGV[4])
write_hold(hold, fan, deadline, string.format('%d:%d-%d', run, first, first + count - 1), count)
return {'held', deadline, epoch, first}
