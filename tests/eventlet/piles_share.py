"""Two piles on one pool share its slots."""
import eventlet

pool = eventlet.GreenPool(2)
one, two = eventlet.GreenPile(pool), eventlet.GreenPile(pool)
def work(name, seconds):
    print('begin', name)
    eventlet.sleep(seconds)
    print('end', name)
    return name
one.spawn(work, 'a', .02)
two.spawn(work, 'b', .06)
one.spawn(work, 'c', .08)
print('one', *one)
print('two', *two)
