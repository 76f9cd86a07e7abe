"""Nobody waits for it, and it cannot hurt anybody."""
import eventlet

def work(n):
    print('task', n)
    if n == 1:
        raise ValueError('nobody hears')
for n in range(3):
    eventlet.spawn_n(work, n)
eventlet.sleep(0)
print('goes on')
