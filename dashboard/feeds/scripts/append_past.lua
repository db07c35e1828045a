-- Many entries in one call: the past of a month is written in seconds.
-- KEYS: stream.  ARGV: id ('*' for a new one) and report of each.  Gives how many.
for i = 1, #ARGV, 2 do
  redis.call('XADD', KEYS[1], ARGV[i], 'event', ARGV[i + 1])
end
return #ARGV / 2
