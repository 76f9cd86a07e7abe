"""Ryu's own ryu-manager, with an eventlet that today's Python runs.

Ryu 4.34 imports a name that eventlet has had no more since 0.30.3, and uses it only where a request
is answered by a WebSocket. Run by the python of an environment that has both.
"""

import eventlet.wsgi

if not hasattr(eventlet.wsgi, "ALREADY_HANDLED"):
    eventlet.wsgi.ALREADY_HANDLED = object()

from ryu.cmd.manager import main

main()
