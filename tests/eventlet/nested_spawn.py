"""What tasks spawn comes after the tasks that are there."""
import eventlet

def work(name, depth):
    print(name)
    if depth:
        for n in '12':
            eventlet.spawn_n(work, name + n, depth - 1)
eventlet.spawn_n(work, 'a', 2)
eventlet.spawn_n(work, 'b', 1)
for n in range(4):
    eventlet.sleep(0)
    print('turn', n)
