"""Wait until process PID has ended, even if nobody has waited for it yet."""
import os
import select
import sys

try:
    fd = os.pidfd_open(int(sys.argv[1]))
except ProcessLookupError:
    sys.exit()
poll = select.poll()
poll.register(fd, select.POLLIN)
sys.exit(not poll.poll(60_000))
