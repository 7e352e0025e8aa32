"""Times whole processes, for the scripts beside this one."""

import os
import time


def timed(command, out):
    """Wall time in seconds and most memory in MB of a process whose output goes to a file."""
    start = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
        os.execv(command[0], command)
    _, _, used = os.wait4(pid, 0)
    return time.monotonic() - start, used.ru_maxrss / 1024
