"""Run a command and print its status, its wall and CPU seconds, and its largest memory in MiB.

Small, and a process of its own: Linux counts the memory that a process held when it started
another as memory of that one, and a bench holds some hundred MiB.
"""

import json
import os
import subprocess
import sys
import time

if __name__ == "__main__":
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    cost = (wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    print(json.dumps([os.waitstatus_to_exitcode(status), *cost]))
