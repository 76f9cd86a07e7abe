"""The function over tuples of arguments."""
import eventlet

pool = eventlet.GreenPool(2)
print(*pool.starmap(pow, [(2, 5), (3, 2), (10, 3)]))
