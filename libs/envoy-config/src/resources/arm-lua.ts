/**
 * The arm of a request, computed within Envoy (LuaJIT): the same function of salt, unit and weight as `dealArm`, `unitOf` and `unitName`
 * compute, byte by byte; `test/data-planes/envoy-arms.test.ts` compares them. What it needs to know is in the metadata of the route that
 * Envoy has matched first, by the path alone; with the arm in a header, Envoy matches again.
 */
export const ARM_LUA = String.raw`
local band, bxor, lshift, rshift, rol, tobit, tohex =
  bit.band, bit.bxor, bit.lshift, bit.rshift, bit.rol, bit.tobit, bit.tohex
local byte, char, sub, concat = string.byte, string.char, string.sub, table.concat

-- The product of two whole numbers below 2^32, of 32 bits: doubles are exact to 2^53.
local function product(a, b)
  return tobit(band(a, 0xffff) * b + lshift(tobit(rshift(a, 16) * (b % 65536)), 16))
end

local function mixed(k)
  return product(rol(product(k, 0xcc9e2d51), 15), 0x1b873593)
end

-- MurmurHash3 (x86, 32 bit), as libs/traffic/src/arms/murmur3.ts.
local function murmur3(text, seed)
  local h, length = tobit(seed), #text
  local blocks = length - length % 4
  for i = 1, blocks, 4 do
    local a, b, c, d = byte(text, i, i + 3)
    h = bxor(h, mixed(tobit(a + b * 256 + c * 65536 + d * 16777216)))
    h = tobit(product(rol(h, 13), 5) + 0xe6546b64)
  end
  local k = 0
  for i = length, blocks + 1, -1 do k = k * 256 + byte(text, i) end
  if length > blocks then h = bxor(h, mixed(k)) end
  h = bxor(h, length)
  h = product(bxor(h, rshift(h, 16)), 0x85ebca6b)
  h = product(bxor(h, rshift(h, 13)), 0xc2b2ae35)
  h = bxor(h, rshift(h, 16))
  if h < 0 then h = h + 4294967296 end
  return h
end

local function is_blank(b) return b == 32 or (b >= 9 and b <= 13) end

local function trimmed(text)
  local first, last = 1, #text
  while first <= last and is_blank(byte(text, first)) do first = first + 1 end
  while last >= first and is_blank(byte(text, last)) do last = last - 1 end
  return sub(text, first, last)
end

-- How many bytes the character at i has; nil where it is no UTF-8.
local function width(text, i)
  local a, b, c, d = byte(text, i, i + 3)
  if a < 0x80 then return 1 end
  local function goes_on(x) return x ~= nil and x >= 0x80 and x < 0xc0 end
  if a < 0xc2 or a > 0xf4 or not goes_on(b) then return nil end
  if a < 0xe0 then return 2 end
  if not goes_on(c) then return nil end
  if a < 0xf0 then
    if (a == 0xe0 and b < 0xa0) or (a == 0xed and b > 0x9f) then return nil end
    return 3
  end
  if not goes_on(d) or (a == 0xf0 and b < 0x90) or (a == 0xf4 and b > 0x8f) then return nil end
  return 4
end

-- Field values are bytes: what is UTF-8 is read so, anything else as Latin-1. Returned in UTF-8.
local function header_text(value)
  if not value:find("[\128-\255]") then return value end
  local i, length = 1, #value
  while i <= length do
    local w = width(value, i)
    if w == nil then
      return (value:gsub("[\128-\255]", function(one)
        local b = byte(one)
        return char(192 + rshift(b, 6), 128 + band(b, 63))
      end))
    end
    i = i + w
  end
  return value
end

-- Characters as JavaScript counts them (UTF-16).
local function utf16_length(text)
  local _, continued = text:gsub("[\128-\191]", "")
  local _, pairs_of_two = text:gsub("[\240-\255]", "")
  return #text - continued + pairs_of_two
end

local LONGEST = 1000
local function unit_name(text)
  local unit = trimmed(text)
  if #unit <= LONGEST then return unit end
  local length = utf16_length(unit)
  if length <= LONGEST then return unit end
  local hashes = {}
  for seed = 0, 3 do hashes[seed + 1] = tohex(murmur3(unit, seed), 8) end
  return "long:" .. concat(hashes) .. ":" .. length
end

-- A field that came in several lines is one value; of those that name the caller the first line counts.
local function field(headers, name)
  local lines = headers:getNumValues(name)
  if lines == 0 then return nil end
  if lines == 1 or name == "x-understudy-unit" then return headers:getAtIndex(name, 0) end
  local all = {}
  for i = 1, lines do all[i] = headers:getAtIndex(name, i - 1) end
  return concat(all, name == "cookie" and "; " or ", ")
end

local function cookie(text, name)
  for pair in (text .. ";"):gmatch("([^;]*);") do
    local equals = pair:find("=", 1, true)
    if equals and trimmed(sub(pair, 1, equals - 1)) == name then
      local value = trimmed(sub(pair, equals + 1))
      return value:match('^"(.*)"$') or value
    end
  end
  return nil
end

-- nil: the request names none.
local function unit_of(headers, rule)
  local text
  if rule:get("unit_from") == "cookie" then
    local all = field(headers, "cookie")
    text = all and cookie(all, rule:get("unit_name"))
  else
    text = field(headers, rule:get("unit_name"))
  end
  if text == nil then return nil end
  local unit = unit_name(header_text(text))
  if unit == "" then return nil end
  return unit
end

-- A request that may have to be sent twice is held until it is there: only what is known to be short enough.
local function may_be_held(headers, most)
  local length = headers:get("content-length")
  if length ~= nil then return (tonumber(length) or math.huge) <= most end
  if headers:get("transfer-encoding") ~= nil then return false end
  local method = headers:get(":method")
  return method == "GET" or method == "HEAD" or method == "OPTIONS"
end

local function is_ours(name)
  return name:find("^x[-_]understudy[-_]") ~= nil and name ~= "x-understudy-unit"
end

local function remove_ours(headers)
  local found
  for name in pairs(headers) do
    if is_ours(name) then
      found = found or {}
      found[#found + 1] = name
    end
  end
  if found == nil then return end
  for _, name in ipairs(found) do headers:remove(name) end
end

local function arm_of(place, weight, held_back)
  local is_candidate
  if held_back then is_candidate = place >= 10000 - weight else is_candidate = place < weight end
  return is_candidate and "candidate" or "primary"
end

-- Requests that count are numbered, so that whoever reads the log sees how many are missing in it. Each worker of Envoy has its own Lua.
local worker, counted = nil, 0
local function place_in_log()
  if worker == nil then worker = tohex(murmur3(tostring({}) .. os.time() .. os.clock(), 0), 8) end
  counted = counted + 1
  return worker .. "," .. counted
end

function envoy_on_request(handle)
  local headers, rule = handle:headers(), handle:metadata()
  remove_ours(headers)
  local weight, evidence = rule:get("weight"), rule:get("evidence")
  if weight == nil and evidence == nil then return end
  if not may_be_held(headers, rule:get("most_bytes")) then return end
  local unit = unit_of(headers, rule) or headers:get("x-request-id") or ""
  local hash = murmur3(rule:get("salt") .. ":" .. unit, 0)
  local arm = weight ~= nil and arm_of(hash % 10000, weight, rule:get("held_back")) or "primary"
  if evidence ~= nil then
    local said = concat({ arm, hash, place_in_log(), evidence }, ",")
    handle:streamInfo():dynamicMetadata():set("understudy", "evidence", said)
  end
  if weight == nil then return end
  headers:replace("x-understudy-arm", arm)
  handle:clearRouteCache()
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local version = headers:get("x-served-version")
  remove_ours(headers)
  if version == nil then return end
  headers:remove("x-served-version")
  headers:replace("x-understudy-version", version)
  local primary = handle:metadata():get("primary")
  headers:replace("x-understudy-arm", (primary == nil or primary == version) and "primary" or "candidate")
end
`;
