-- What wrk sends: the requests of a file, each as it goes over the wire, in order. wrk runs this for each of its
-- threads; the benchmark uses one.
-- Arguments  1 file of requests with a zero byte after each  2 "cycle" (begin again at the end) or "once" (stop)
-- At the end one line of JSON is printed, with times in microseconds.
local ffi = require('ffi')
ffi.cdef [[ int getpid(void); int kill(int pid, int number); ]]

local SIGINT = 2
local SPARE = 'GET /bench/empty HTTP/1.1\r\nHost: bench\r\n\r\n'
local requests, count, sent, once = {}, 0, -1, false
exhausted = false

function init(arguments)
  local file = assert(io.open(arguments[1], 'rb'))
  local text = file:read('*a')
  file:close()
  local from = 1
  while true do
    local to = string.find(text, '\0', from, true)
    if not to then break end
    count = count + 1
    requests[count] = string.sub(text, from, to - 1)
    from = to + 1
  end
  once = arguments[2] == 'once'
end

-- wrk calls this once before it starts, for a look at what comes: so counting begins at -1.
function request()
  sent = sent + 1
  if sent < 1 then return requests[1] end
  if sent <= count then return requests[sent] end
  if not once then
    sent = 1
    return requests[1]
  end
  if not exhausted then
    exhausted = true
    wrk.thread:stop()
    ffi.C.kill(ffi.C.getpid(), SIGINT) -- wakes the main thread, which otherwise waits for the whole time given
  end
  return SPARE -- what must not be sent twice is not
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"duration_us":%d,"bytes":%d,"refused":%d,"broken":%d,"timeouts":%d,' ..
    '"p50_us":%d,"p99_us":%d,"max_us":%d,"exhausted":%s}\n',
    summary.requests, summary.duration, summary.bytes, errors.status, errors.connect + errors.read + errors.write,
    errors.timeout, latency:percentile(50), latency:percentile(99), latency.max,
    tostring(threads[1]:get('exhausted'))))
end
