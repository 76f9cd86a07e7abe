"""The block is left without a word."""
import eventlet

with eventlet.Timeout(.02, False):
    print('in')
    eventlet.sleep(1)
    print('never')
print('out')
