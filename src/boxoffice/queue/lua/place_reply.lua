-- The answer of join and current about one fan's place, in the order of models.StoredPlace. Needs admission.lua.
local function place_reply(status, fan, number, deadline, policy, now, repeated, state)
  local position, turn = 0, 0
  if status == 'waiting' then
    position = redis.call('ZRANK', WAITING, fan) + 1
    turn = (redis.call('ZRANK', READY, fan) or -1) + 1
  end
  state = state or read_state(policy, now)
  return {status, number, deadline, position, turn, state.calling, string.format('%.6f', pace_per_s(state)),
          policy.phase, policy.limit, policy.rate_milli, policy.session_ttl_ms, policy.presence_ttl_ms, policy.epoch,
          now, repeated}
end
