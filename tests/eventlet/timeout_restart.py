"""A limit that starts again has all of its time."""
import eventlet
from eventlet import Timeout, sleep

limit = Timeout(.04)
sleep(.03)
limit.cancel()
print('pending', limit.pending)
limit.start()
print('pending', limit.pending)
try:
    sleep(.03)
    print('it began again')
    sleep(.03)
    print('not reached')
except Timeout as over:
    print('over', over is limit, limit.pending)
