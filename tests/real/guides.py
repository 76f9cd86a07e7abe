"""Runs what the consoles of a page show, and compares what is printed.

    guides.py PROGRAM PAGE

A console is a listing ```console; in it `$ ` begins a command, the lines up to the next are what it
prints. `guide` stands for PROGRAM. A line `...` stands for any lines, `...` at the end of a line for
its rest; numbers other than those of 16 digits are not compared. A command with `&` at its end goes on
in the background; what it has printed is compared at the `sleep` behind it. Printed is a line for each
command: ok or bad, a tab, the command, a tab, what came.
"""

import re
import subprocess
import sys
import tempfile
import time

PROGRAM, PAGE = sys.argv[1:3]


def commands(text):
    """(command, lines) of each console, and None where one ends."""
    for console in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S):
        command, lines = None, []
        for line in console.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, lines
                command, lines = line[2:], []
            else:
                lines.append(line)
        yield command, lines


def plain(line):
    return re.sub(r"\b(?![0-9a-f]{16}\b)\d+(\.\d+)?\b", "N", line.rstrip())


def same(wanted, got):
    """Whether the lines are those that are wanted."""
    if not wanted:
        return not got
    if wanted[0] == "...":
        return any(same(wanted[1:], got[i:]) for i in range(len(got) + 1))
    if not got:
        return False
    head, line = plain(wanted[0]), plain(got[0])
    fits = line.startswith(head[:-3]) if head.endswith("...") else head == line
    return fits and same(wanted[1:], got[1:])


def report(ok, name, got):
    print("%s\t%s\t%s" % ("ok" if ok else "bad", name, " | ".join(got)[:900]), flush=True)


def ready():
    """Waits until REST answers: the program has started then."""
    for _ in range(100):
        if subprocess.run(["curl", "-s", "-o", "/dev/null", "-m", "1", "http://127.0.0.1:8080/"]).returncode == 0:
            return
        time.sleep(0.1)


def main():
    running, log = None, None
    for command, wanted in commands(open(PAGE).read()):
        words = command.split()
        if words[-1] == "&":
            log = tempfile.TemporaryFile("w+")
            running = subprocess.Popen([PROGRAM] + words[1:-1], stdout=log, stderr=log)
            ready()
            report(running.poll() is None, command, [])
        elif words[0] == "kill":
            running.terminate()
            report(running.wait(10) == 0, "%s (status 0)" % command, [])
        elif words[0] == "sleep":
            time.sleep(float(words[1]))
            log.seek(0)
            got = log.read().splitlines()
            report(same(wanted, got), "what is printed in %s s" % words[1], got)
        else:
            if words[0] == "guide":
                words[0] = PROGRAM
            done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
            got = done.stdout.splitlines()
            report(same(wanted, got), command, got)


main()
