"""Of two limits the inner one fires."""
import eventlet

outer = eventlet.Timeout(.06)
try:
    try:
        with eventlet.Timeout(.02) as inner:
            eventlet.sleep(1)
    except eventlet.Timeout as e:
        print('inner', e is inner, 'outer', e is outer)
    print('goes on in outer')
    eventlet.sleep(1)
except eventlet.Timeout as e:
    print('inner', e is inner, 'outer', e is outer)
