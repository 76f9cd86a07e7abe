"""What Python's own handler for syslog, which Ryu uses, sends: a line of each severity.

    syslog.py FACILITY

The messages are those that Ryu's logger hands to it; the daemon's file says what became of them.
"""

import logging
import logging.handlers
import sys

handler = logging.handlers.SysLogHandler(address="/dev/log", facility=sys.argv[1])
# Ryu's handler has no format, and so no name in front; with a tag the daemon can tell who it was.
handler.ident = "python: "
log = logging.getLogger()
log.setLevel(logging.DEBUG)
log.addHandler(handler)
log.error("an error")
log.warning("a warning")
log.info("an info")
log.debug("a debug")
