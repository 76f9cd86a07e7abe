"""With an error of one's own."""
import eventlet

try:
    with eventlet.Timeout(.02, ValueError('the switch is silent')):
        eventlet.sleep(1)
except ValueError as e:
    print('raised', e)
