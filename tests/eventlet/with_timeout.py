"""A value in place of an error."""
import eventlet

def slow(value):
    eventlet.sleep(.04)
    return value
print(eventlet.with_timeout(.02, slow, 'a page', timeout_value='nothing'))
print(eventlet.with_timeout(.06, slow, 'a page', timeout_value='nothing'))
try:
    eventlet.with_timeout(.02, slow, 'a page')
except eventlet.Timeout:
    print('timed out')
