"""The third spawn waits for a slot."""
import eventlet

def work(n):
    print('begin', n)
    eventlet.sleep(.02)
    print('end', n)
pool = eventlet.GreenPool(2)
for n in range(3):
    pool.spawn_n(work, n)
    print('spawned', n, 'running', pool.running(), 'free', pool.free())
pool.waitall()
print('running', pool.running(), 'free', pool.free())
