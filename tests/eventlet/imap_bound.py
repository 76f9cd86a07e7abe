"""No more under way than the pool has slots."""
import eventlet

running = 0
most = 0
def work(n):
    global running, most
    running += 1
    most = max(most, running)
    eventlet.sleep(0)
    running -= 1
    return n
print(sum(eventlet.GreenPool(4).imap(work, range(100))), most)
