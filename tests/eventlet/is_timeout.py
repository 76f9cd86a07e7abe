"""What says that a time was over."""
import eventlet
import eventlet.timeout
import socket

print(eventlet.timeout.is_timeout(eventlet.Timeout()))
print(eventlet.timeout.is_timeout(socket.timeout()))
print(eventlet.timeout.is_timeout(ValueError()))
