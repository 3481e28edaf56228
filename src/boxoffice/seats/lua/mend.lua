-- Make what is sold in Redis agree with the database's truth, read after `sold_version` was noted. Where something was
-- sold or freed since, the truth is stale and nothing is touched.
-- KEYS: those of seats.lua
-- ARGV: 1 sold_version noted; 2 bitmap of sold seats, of full length; 3 `fan n fan n ...` of the seats each has bought;
--       4 what to remember as agreed; 5 number of runs; 6 a new epoch ('': none), where this is done because Redis
--       failed over: what is here then counts as all there is, and receipts of earlier epochs stand for holds that
--       are not here
-- Outcomes: mended, seats set, seats freed, fans whose count was wrong | changed | unprepared
--@include history.lua
--@include seats.lua
--@include evict.lua
local version = call('HGET', META, 'sold_version')
if not version then return {'unprepared'} end
if version ~= ARGV[1] then return {'changed'} end

local covered = {}
for _, record in ipairs(call('HVALS', DATA)) do
  local _, _, _, _, seats = fields(record)
  for _, first, last in groups(seats) do
    for no = first, last do covered[no] = true end
  end
end

local was, truth = call('GET', SOLD), ARGV[2]
local newly, set, freed = {}, 0, 0
local band, rshift = bit.band, bit.rshift
for i = 1, was == truth and 0 or #truth do
  local before, after = string.byte(was, i) or 0, string.byte(truth, i)
  for b = 0, before == after and -1 or 7 do
    local no, mask = (i - 1) * 8 + b, rshift(128, b)
    local sold, should = band(before, mask) ~= 0, band(after, mask) ~= 0
    if should and not sold then
      newly[no], set = true, set + 1
      call('SETBIT', SOLD, no, 1)
      call('SETBIT', TAKEN, no, 1)
    elseif sold and not should then
      freed = freed + 1
      call('SETBIT', SOLD, no, 0)
      if not covered[no] then call('SETBIT', TAKEN, no, 0) end
    end
  end
end
if set > 0 then evict(newly) end

-- What every fan should have: bought by the database's word, and held by what is left of the holds.
local right, held = {}, {}
for fan, n in string.gmatch(ARGV[3], '(%S+) (%d+)') do right[fan] = tonumber(n) end
for _, record in ipairs(call('HVALS', DATA)) do
  local fan, _, _, _, seats = fields(record)
  right[fan] = (right[fan] or 0) + size(seats)
  held[fan] = (held[fan] or 0) + size(seats)
end
local function correct(key, counts)
  local wrong, found = 0, call('HGETALL', key)
  for i = 1, #found, 2 do
    local fan, n = found[i], counts[found[i]]
    if tonumber(found[i + 1]) ~= n then
      wrong = wrong + 1
      if n then call('HSET', key, fan, n) else call('HDEL', key, fan) end
    end
    counts[fan] = nil
  end
  for fan, n in pairs(counts) do
    wrong = wrong + 1
    call('HSET', key, fan, n)
  end
  return wrong
end
local wrong = correct(FAN_SEATS, right)
correct(FAN_HELD, held)

if set + freed > 0 then
  for run = 0, tonumber(ARGV[5]) - 1 do measure(run) end
  call('HINCRBY', META, 'sold_version', 1)
  changed()
end
if freed > 0 then call('HINCRBY', META, 'freeing_comparisons', 1) end
call('HSET', META, 'agreed', call('HGET', META, 'sold_version') .. ' ' .. ARGV[4])
if ARGV[6] ~= '' then call('HSET', META, 'epoch', ARGV[6], 'history', history()) end
return {'mended', set, freed, wrong}
