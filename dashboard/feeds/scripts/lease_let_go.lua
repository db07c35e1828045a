-- KEYS: the lease. ARGV: a colon and the name of its holder. Frees the lease, under whatever token that one holds it.
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, -#ARGV[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
