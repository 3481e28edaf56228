-- The answer of join and current about one fan's place, in the order of models.StoredPlace. Needs admission.lua.
-- `front` (read_front, read_state) is what a waiting fan's outlook is told from; nobody else has one.
local function place_reply(status, fan, number, deadline, policy, now, repeated, front)
  local position, turn, calling, pace = 0, 0, 0, '0'
  if status == 'waiting' then
    position = redis.call('ZRANK', WAITING, fan) + 1
    calling = front.calling
    if number <= calling then turn = (redis.call('ZRANK', READY, fan) or -1) + 1 end
    pace = string.format('%.6f', pace_per_s(front))
  end
  return {status, number, deadline, position, turn, calling, pace, policy.phase, policy.limit, policy.rate_milli,
          policy.session_ttl_ms, policy.presence_ttl_ms, policy.epoch, now, repeated}
end
