"""Run a command on a terminal of its own, and hang up once it has said so.

    hangup.py READY LINES COMMAND...

Reads LINES lines from the named pipe READY, each the number of a process; then closes the terminal.  Prints how the
command ended, and the processes that have not ended after it.
"""
import os
import pty
import select
import signal
import sys

ready, lines, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
pid, terminal = pty.fork()
if not pid:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever started us may ignore it: nohup does
    os.execvp(command[0], command)


with open(ready, "rb", buffering=0) as f:
    told = b""
    while told.count(b"\n") < lines:
        # It must not wait for us to read what it prints.
        for fd in select.select([f, terminal], [], [])[0]:
            if fd is f:
                told += f.read(4096)
            else:
                os.read(terminal, 4096)
workers = [os.pidfd_open(int(line)) for line in told.split()]
os.close(terminal)
status = os.waitpid(pid, 0)[1]
left = 0
for fd in workers:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    left += not poll.poll(10_000)
how = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}"
print(f"{how}, {left} left")
