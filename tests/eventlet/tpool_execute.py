"""Blocking work lets others run, and its error comes back."""
import eventlet
from eventlet import tpool

gate = eventlet.patcher.original('threading').Event()
def blocking():
    gate.wait()
    return 'result'
def broken():
    raise ValueError('broken')
def opener():
    print('others run')
    gate.set()
eventlet.spawn_n(opener)
print('got', tpool.execute(blocking))
try:
    tpool.execute(broken)
except ValueError as e:
    print('raised', e)
