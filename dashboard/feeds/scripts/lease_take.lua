-- The lease is taken if it is free, under a token that nobody had before.
-- KEYS: lease, token.  ARGV: name of the holder, how long it lasts (ms).  Gives the token, or 0.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token .. ':' .. ARGV[1], 'PX', ARGV[2])
return token
