-- A dead letter is written by the first server that finds it, and by no other.
-- KEYS: letters, known.  ARGV: arrival (ms), what it is known by, how many are kept, fields and values.
if redis.call('ZADD', KEYS[2], 'NX', ARGV[1], ARGV[2]) == 1 then
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -2 * tonumber(ARGV[3]) - 1)
