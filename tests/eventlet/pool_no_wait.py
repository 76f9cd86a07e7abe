"""Spawning does not switch while there is a slot."""
import eventlet

def work(n):
    print('work', n)
    return n
pool = eventlet.GreenPool(3)
tasks = [pool.spawn(work, n) for n in range(3)]
print('spawned')
print(*[task.wait() for task in tasks])
