"""Commands as a user of the Ryu book types them, and what has to come.

    rest_book.py FILE

FILE has commands behind `$ `, each with the answer in JSON on the lines below it: what is in a
dictionary there has to be in the answer, `null` stands for any value; nothing means an empty answer.
A line `# text` names what follows. Printed is a line for each command: ok or bad, a tab, the command,
a tab, what came.
"""

import json
import shlex
import subprocess
import sys


def has(wanted, got):
    """Whether `got` says what is wanted of it."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(k in got and has(v, got[k]) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) == len(wanted) and all(map(has, wanted, got))
    return wanted is None or wanted == got


def commands(path):
    """Each command with the text below it."""
    command, answer = None, []
    for line in open(path):
        if line.startswith("#"):
            continue
        if line.startswith("$ "):
            if command:
                yield command, "".join(answer).strip()
            command, answer = line[2:].strip(), []
        elif command and command.endswith("\\"):
            command = command[:-1] + line.strip()
        else:
            answer.append(line)
    if command:
        yield command, "".join(answer).strip()


def main():
    for command, wanted in commands(sys.argv[1]):
        words = shlex.split(command)
        assert words[0] == "curl", command
        done = subprocess.run(["curl", "-s", "-m", "10", "-w", "\n%{http_code}"] + words[1:],
                              capture_output=True, text=True)
        got, _, status = done.stdout.rpartition("\n")
        if wanted.startswith("HTTP "):
            good = wanted.split()[1] == status
        elif not wanted:
            good = status == "200" and not got
        else:
            try:
                good = status == "200" and has(json.loads(wanted), json.loads(got))
            except ValueError:
                good = False
        print("%s\t%s\t%s %s" % ("ok" if good else "bad", command[:150], status, " ".join(got.split())[:600]))


main()
