"""Leaving the block cancels it."""
import eventlet

limit = eventlet.Timeout(.04)
try:
    eventlet.sleep(.02)
    print('in time, pending', limit.pending)
finally:
    limit.cancel()
print('pending', limit.pending)
eventlet.sleep(.04)
print('done')
