"""Of two limits the outer one fires, through the inner block."""
import eventlet

try:
    with eventlet.Timeout(.02) as outer:
        with eventlet.Timeout(.06, False):
            try:
                eventlet.sleep(1)
            finally:
                print('inner block is left')
        print('never')
except eventlet.Timeout as e:
    print('outer', e is outer)
eventlet.sleep(.06)
print('done')
