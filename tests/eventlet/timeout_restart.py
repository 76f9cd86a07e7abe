"""A limit that starts again has all of its time."""
import eventlet
from eventlet import Timeout, sleep

limit = Timeout(.1)
sleep(.06)
limit.cancel()
print('pending', limit.pending)
limit.start()
print('pending', limit.pending)
try:
    sleep(.06)
    print('it began again')
    sleep(.06)
    print('not reached')
except Timeout as over:
    print('over', over is limit, limit.pending)
