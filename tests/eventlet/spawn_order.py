"""A task starts in the next turn, in the order of spawning."""
import eventlet

def work(n):
    print('task', n)
    return n * n
tasks = [eventlet.spawn(work, n) for n in range(3)]
print('spawned')
print('results', *[task.wait() for task in tasks])
