"""Does not start when its spawner has ended."""
import eventlet
import eventlet.greenthread

def later(name):
    print(name)
def ends():
    eventlet.greenthread.spawn_after_local(.02, later, 'of the dead')
    print('ends')
def stays():
    eventlet.greenthread.spawn_after_local(.02, later, 'of the living')
    eventlet.sleep(.04)
    print('stayed')
eventlet.spawn_n(ends)
eventlet.spawn(stays).wait()
print('done')
