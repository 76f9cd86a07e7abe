"""Results in order, whoever ends first."""
import eventlet

def work(n):
    eventlet.sleep(.02 * n)
    print('end', n)
    return n
pool = eventlet.GreenPool(3)
for n in pool.imap(work, [3, 1, 2]):
    print('got', n)
