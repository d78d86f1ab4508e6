-- What `make bench-soak` has wrk ask: leads that are given scored, scores read, leads written, activities added.
-- SOAK_RATE is how many requests a second all threads together send; 0: as many as are answered.

local ffi = require("ffi")
ffi.cdef([[
typedef struct { long seconds; long nanoseconds; } soak_time;
int clock_gettime(int clock, soak_time *now);
]])

local MONOTONIC, THREADS = 1, 2
local READ, WRITTEN = 500, 2000 -- leads that are read and never written; and the others
local rate = tonumber(os.getenv("SOAK_RATE"))
local headers = {["Authorization"] = "Bearer " .. os.getenv("SOAK_TOKEN"), ["Content-Type"] = "application/json"}
local now, due, at, score_lead = ffi.new("soak_time"), 0, 0, nil
local day = 86400

local function clock_ms()
    ffi.C.clock_gettime(MONOTONIC, now)
    return tonumber(now.seconds) * 1000 + tonumber(now.nanoseconds) / 1e6
end

local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("seed", threads)
end

function init()
    local file = assert(io.open(os.getenv("SOAK_BODY")))
    score_lead = wrk.format("POST", "/api/v1/scoring/score-lead", headers, file:read("*a"))
    file:close()
    math.randomseed(seed)
end

if rate > 0 then
    -- wrk asks before each request how long to wait.
    function delay()
        local is = clock_ms()
        due = math.max(due, is - 1000) + 1000 * THREADS / rate
        return math.max(0, math.floor(due - is))
    end
end

local function written()
    return "soak-" .. math.random(WRITTEN)
end

local function put_lead()
    local number = math.random(WRITTEN)
    return wrk.format("PUT", "/api/v1/leads/soak-" .. number, headers, string.format(
        '{"email": "soak%d@example.com", "job_title": "VP %d", "company": {"name": "Soak", "employee_count": %d}}',
        number, math.random(20), math.random(5000)))
end

-- Of few ids: what a lead did does not grow without end.
local function add_activity()
    local id = math.random(60)
    return wrk.format("POST", "/api/v1/leads/" .. written() .. "/activities", headers, string.format(
        '{"id": "a-%d", "type": "Email Opened", "time": "%s"}', id, os.date("!%Y-%m-%dT%H:%M:%SZ", 1767225600 + id * day)))
end

local function get_score(lead)
    return wrk.format("GET", "/api/v1/leads/" .. lead .. "/score", headers)
end

function request()
    at = at + 1
    local kind = at % 20
    if kind < 8 then
        return score_lead
    elseif kind < 14 then
        return get_score(string.format("lead-%06d", math.random(READ)))
    elseif kind < 15 then
        return get_score(written())
    elseif kind < 17 then
        return put_lead()
    end
    return add_activity()
end

-- In one line of JSON, of which bench_soak.py reads the last.
function done(summary, latency)
    local errors = summary.errors
    print(string.format('{"requests": %d, "seconds": %.3f, "failed": %d, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f}',
        summary.requests, summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout, latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, latency.max / 1e3))
end
