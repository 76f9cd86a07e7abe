"""None is no limit."""
import eventlet

with eventlet.Timeout(None) as limit:
    eventlet.sleep(.02)
    print('pending', limit.pending)
print('done')
