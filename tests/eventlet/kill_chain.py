"""A task kills another, which is waiting for a third."""
import eventlet

def sleeper():
    try:
        eventlet.sleep(.04)
        print('sleeper ends')
    finally:
        print('sleeper out')
def waiter():
    try:
        third.wait()
    finally:
        print('waiter out')
def killer():
    print('killer in')
    second.kill()
    print('killer out')
third = eventlet.spawn(sleeper)
second = eventlet.spawn(waiter)
eventlet.sleep(0)
eventlet.spawn(killer).wait()
third.wait()
