"""The block is left when the time is over."""
import eventlet

try:
    with eventlet.Timeout(.02):
        print('in')
        eventlet.sleep(1)
        print('never')
except eventlet.Timeout:
    print('timed out')
