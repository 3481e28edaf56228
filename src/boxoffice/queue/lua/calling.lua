-- How far to call: which numbers should now report. Needs admission.lua.
--
-- Why call at all: a fan who was not called costs nothing, and only one who reports can be let in. So there must
-- always be a stock of present fans that covers every place that can be filled before newly called ones could report;
-- and no more than that, since each of them polls the origin.
--
-- The stock that is needed: the places free now, and those that will come free within `horizon_ms` (the sessions
-- known to lapse by then, or the measured pace of admission, whichever is more), and a margin of a twentieth of the
-- limit (2 to 100) for departures that nobody can foresee. Where a rate is set, no more than the bucket and the rate
-- let in within the horizon. Fans inside above a lowered limit are taken off: their leaving frees nothing.
--
-- What is on its way: fans called less than `notice_ms` ago (more for a long call: far fans poll less often) may not
-- have had time to report. They are counted exactly, as members of `waiting` that are not in `ready` in the range of
-- numbers (judged, calling]; nothing has to be remembered per fan. When their time is up they are judged: whoever did
-- not report is a no-show, waits for nobody and is waited for by nobody (and goes in first if they return).
--
-- How long that time is: until the last look of a fan who asks as told, at the oldest answer that a cache may give.
-- Whoever last looked before an earlier call saw a `calling` that was lower by that call too, and asks again later by
-- its length; so a call's time is up no sooner than the one's before it, and later by its own length.
--
-- No-shows: `stride` is how many must be called for one to report, learnt from those judged: called / reported. When
-- nobody reported it grows fourfold, so a head of 10,000 no-shows is walked past in about nine calls and 50 s rather
-- than in thousands: an exponential search, which overshoots by at most a constant factor of what it skipped. Those who
-- were called and are not judged yet are never more than twice what is missing, or CALL_MOST: a small limit never calls
-- the whole queue, and neither does a service so busy that fans who did report look like no-shows, whose polls would
-- make it busier still. Only where nobody is present is the search allowed to grow on. What is short outright (a limit
-- raised from 500 to 10,000) is called at once.
--
-- When everybody waiting is called and the stock is still short, calling runs ahead of the last number by what is
-- short: whoever joins next is present at once.
local CALL_MOST = 2000
local STRIDE_MOST = 1024
local STRIDE_GROWTH = 4
local MERGE_MS = 250

-- Fans in (from, upto] who wait and have not reported.
local function absent(from, upto)
  return redis.call('ZCOUNT', WAITING, '(' .. from, upto) - redis.call('ZCOUNT', READY, '(' .. from, upto)
end

local function needed(policy, state, now, pacing)
  local inside = redis.call('ZCARD', ACTIVE)
  local lapsing = redis.call('ZCOUNT', ACTIVE, '(' .. now, now + pacing.horizon_ms)
  local coming = math.min(policy.limit, math.max(lapsing, pace_per_s(state) * pacing.horizon_ms / 1000))
  local margin = math.max(2, math.min(100, math.ceil(policy.limit / 20)))
  local short = math.max(0, policy.limit - inside + coming) + margin
  if policy.rate_milli > 0 then
    local allowed = state.bucket / MICRO + policy.rate_milli * pacing.horizon_ms / MICRO
    short = math.min(short, math.ceil(allowed) + 2)
  end
  return short
end

local function call_of(entry)
  local number, count, first = string.match(entry, '^(%d+):(%d+):(%d+)$')
  return tonumber(number), tonumber(count), tonumber(first)
end

local function judge(state, now, pacing)
  -- After a clock that jumped back, deadlines lie too far ahead: then all calls are judged at once.
  local last = redis.call('ZREVRANGE', CALLS, 0, 0, 'WITHSCORES')
  if not last[1] then return end
  local due_ms = now
  if tonumber(last[2]) > now + pacing.notice_ms + pacing.far_ms then due_ms = '+inf' end
  local due = redis.call('ZRANGEBYSCORE', CALLS, '-inf', due_ms)
  if #due == 0 then return end
  local called, upto = 0, state.judged
  for _, call in ipairs(due) do
    local number, count = call_of(call)
    called = called + count
    upto = math.max(upto, number)
  end
  redis.call('ZREMRANGEBYSCORE', CALLS, '-inf', due_ms)
  if called > 0 then
    local reported = called - absent(state.judged, upto)
    local stride = reported > 0 and called / reported or state.stride * STRIDE_GROWTH
    state.stride = math.max(1, math.min(STRIDE_MOST, stride))
  end
  state.judged = upto
  redis.call('HSET', STATE, 'judged', upto, 'stride', string.format('%.9g', state.stride))
end

-- Calls whose times end within MERGE_MS of each other are judged together, when the last of them ends, so that `calls`
-- stays a few dozen entries: highest number:how many:when the first one's time ends.
local function remember_call(upto, count, now, pacing)
  local last = redis.call('ZREVRANGE', CALLS, 0, 0, 'WITHSCORES')
  local after = math.max(now + pacing.notice_ms, tonumber(last[2] or 0))
  local deadline = math.min(now + pacing.notice_ms + pacing.far_ms, after + count * pacing.per_position_ms)
  local first = deadline
  if last[1] then
    local _, called, first_of_last = call_of(last[1])
    if deadline < first_of_last + MERGE_MS then
      redis.call('ZREM', CALLS, last[1])
      count, first, deadline = count + called, first_of_last, math.max(deadline, tonumber(last[2]))
    end
  end
  redis.call('ZADD', CALLS, string.format('%.0f', deadline), string.format('%.0f:%d:%.0f', upto, count, first))
end

-- Moves `calling` on if the stock is short. Returns how many fans were called.
local function call_on(policy, state, now, pacing)
  judge(state, now, pacing)
  local unjudged = absent(state.judged, state.calling)
  local missing = needed(policy, state, now, pacing) - redis.call('ZCARD', READY)
  local short = math.ceil(missing - unjudged / state.stride)
  if short <= 0 then return 0 end
  local most = math.max(2 * missing, CALL_MOST) - unjudged
  -- With nobody present at all there is nobody whom a wider search could make wait: it may grow with stride.
  if redis.call('ZCARD', READY) == 0 then most = most + CALL_MOST * state.stride / STRIDE_GROWTH ^ 3 end
  local want = math.min(math.ceil(short * state.stride), math.ceil(most))
  if want <= 0 then return 0 end
  local uncalled = redis.call('ZCOUNT', WAITING, '(' .. state.calling, '+inf')
  local calling, count
  if uncalled >= want then
    local from = redis.call('ZCARD', WAITING) - uncalled
    calling = tonumber(redis.call('ZRANGE', WAITING, from + want - 1, from + want - 1, 'WITHSCORES')[2])
    count = want
  else
    calling = math.max(state.calling, state.number + math.max(0, short - uncalled))
    count = uncalled
  end
  if calling > state.calling then
    redis.call('HSET', STATE, 'calling', calling)
    remember_call(calling, count, now, pacing)
    state.calling = calling
  end
  return count
end
