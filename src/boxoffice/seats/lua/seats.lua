-- Shared by every script of the seats: the keys of one performance, in one order, and what keeps them in step.
--
-- KEYS[1]  taken      STRING bitmap  seat no -> held, paying or sold (seat 0 is the highest bit of byte 0)
-- KEYS[2]  sold       STRING bitmap  seat no -> sold
-- KEYS[3]  holds      ZSET   hold -> deadline in ms, of the holds that may lapse
-- KEYS[4]  paying     ZSET   hold -> end of its grace in ms, of the holds that a payment has claimed
-- KEYS[5]  hold_data  HASH   hold -> fan|status|deadline_ms|claims|seats
-- KEYS[6]  fan_seats  HASH   fan -> seats held and sold
-- KEYS[7]  fan_held   HASH   fan -> seats held (paying ones too)
-- KEYS[8]  meta       HASH   capacity, version, sold_version, epoch, agreed, freeing_comparisons (see comparisons.lua),
--                            history (see history.lua)
-- KEYS[9]  layout     STRING 12 bytes a run: first seat u32, length u32, twice the centre's offset i32; best run first
-- KEYS[10] gaps       STRING one byte a run: the longest stretch of free seats in it, at most 255
--
-- `seats` is text, `run:first-last` joined by commas: which seats, and in which runs of the layout they lie.
-- A seat's bit is set exactly while one hold or one sale covers it; fan_seats and gaps follow in the same step.
local TAKEN, SOLD, HOLDS, PAYING, DATA = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local FAN_SEATS, FAN_HELD, META, LAYOUT, GAPS = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]

local call, floor = redis.call, math.floor

-- Iterates over `run, first, last` of a packed list of seats.
local function groups(seats)
  return string.gmatch(seats, '(%d+):(%d+)-(%d+)')
end

local function size(seats)
  local n = 0
  for _, first, last in groups(seats) do n = n + last - first + 1 end
  return n
end

-- fan, status, deadline_ms, claims, seats
local function fields(record)
  local fan, status, deadline, claims, seats = string.match(record, '^([^|]*)|([^|]*)|(%d+)|(%d+)|(.*)$')
  return fan, status, tonumber(deadline), tonumber(claims), seats
end

local function record_of(fan, status, deadline, claims, seats)
  return string.format('%s|%s|%.0f|%d|%s', fan, status, deadline, claims, seats)
end

-- A fan's entry goes when it reaches 0, so that the hash holds only fans who have something.
local function add(key, fan, by)
  if by ~= 0 and call('HINCRBY', key, fan, by) <= 0 then call('HDEL', key, fan) end
end

local function changed()
  call('HINCRBY', META, 'version', 1)
end

-- First seat, length and doubled centre of a run, and the bytes of the bitmap that cover it.
local function run_state(run)
  local start, length, centre2 = struct.unpack('>I4I4i4', call('GETRANGE', LAYOUT, run * 12, run * 12 + 11))
  return start, length, centre2, call('GETRANGE', TAKEN, floor(start / 8), floor((start + length - 1) / 8))
end

-- Calls visit(from, to) for each stretch of free seats in a run: offsets from its first seat, `to` just after. Bits
-- behind the run's end may come as a stretch without length (to <= from).
local function stretches(start, length, bytes, visit)
  local at, from = -(start % 8), nil
  local function ends(to)
    if from then visit(from, math.min(to, length)) end
    from = nil
  end
  for i = 1, #bytes do
    local byte = string.byte(bytes, i)
    if byte == 255 then
      ends(at)
      at = at + 8
    elseif byte == 0 and at >= 0 then
      from = from or at
      at = at + 8
    else
      for _ = 1, 8 do
        if byte >= 128 then
          ends(at)
          byte = byte - 128
        elseif at >= 0 then
          from = from or at
        end
        byte = byte * 2
        at = at + 1
      end
    end
  end
  ends(at)
end

-- Writes the longest stretch of free seats of a run anew, so that best.lua never looks at a run in vain.
local function measure(run)
  local start, length, _, bytes = run_state(run)
  local longest = 0
  stretches(start, length, bytes, function(from, to)
    if to - from > longest then longest = to - from end
  end)
  call('SETRANGE', GAPS, run, string.char(longest < 255 and longest or 255))
end

local function occupy(seats)
  for run, first, last in groups(seats) do
    for no = first, last do call('SETBIT', TAKEN, no, 1) end
    measure(run)
  end
end

-- Gives seats free, but never one that is sold.
local function vacate(seats)
  for run, first, last in groups(seats) do
    for no = first, last do
      if call('GETBIT', SOLD, no) == 0 then call('SETBIT', TAKEN, no, 0) end
    end
    measure(run)
  end
end

-- Forgets a hold and takes its seats off the fan's counts; the bits stay as they are.
local function forget(hold, fan, seats)
  local n = size(seats)
  call('ZREM', HOLDS, hold)
  call('ZREM', PAYING, hold)
  call('HDEL', DATA, hold)
  add(FAN_SEATS, fan, -n)
  add(FAN_HELD, fan, -n)
end

local function drop(hold, fan, seats)
  forget(hold, fan, seats)
  vacate(seats)
end

-- Drops at most `most` holds whose deadline has come; a claimed hold is not among them. Returns how many.
local function sweep(now, most)
  local lapsed = call('ZRANGEBYSCORE', HOLDS, '-inf', now, 'LIMIT', 0, most)
  for _, hold in ipairs(lapsed) do
    local record = call('HGET', DATA, hold)
    if record then
      local fan, _, _, _, seats = fields(record)
      drop(hold, fan, seats)
    else
      call('ZREM', HOLDS, hold)
    end
  end
  if #lapsed > 0 then changed() end
  return #lapsed
end
