"""The shortest sleep ends first."""
import eventlet

def work(name, seconds):
    eventlet.sleep(seconds)
    print(name)
tasks = [eventlet.spawn(work, *of) for of in [('six', .06), ('two', .02), ('four', .04)]]
for task in tasks:
    task.wait()
print('done')
