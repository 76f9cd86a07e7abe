"""A sleep of no length lets the others run once."""
import eventlet

def work():
    print('other')
eventlet.spawn_n(work)
print('before')
eventlet.sleep(0)
print('after')
