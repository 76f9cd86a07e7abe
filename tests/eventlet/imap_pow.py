"""The function over zipped iterators."""
import eventlet

pool = eventlet.GreenPool(2)
print(*pool.imap(pow, (2, 3, 10), (5, 2, 3)))
