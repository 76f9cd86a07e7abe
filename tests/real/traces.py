"""Runs the scripts of `tests/eventlet/` under the eventlet of this machine, and compares what they print
with the recorded traces:

    python3 tests/real/traces.py            compares
    python3 tests/real/traces.py --record   writes the traces anew
    python3 tests/real/traces.py NAME...    these scripts only

`tests/eventlet.rs` holds their twins in Rust to the same traces. One line for each script, `ok` or
`FAIL`; the exit status is 1 if one failed, 77 if there is no eventlet.
"""
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / 'eventlet'
# A script takes less than half a second, most of it for the start of Python.
LIMIT_S = 60


def run(script):
    """What a script prints, or None if it fails."""
    command = [sys.executable, '-W', 'ignore', str(script)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        print('FAIL', script.stem, 'does not end')
        return None
    if done.returncode != 0:
        print('FAIL', script.stem, 'exit status', done.returncode)
        print(done.stderr)
        return None
    return done.stdout


def main(arguments):
    try:
        import eventlet
    except ImportError as cause:
        print('skip: no eventlet for', sys.executable, cause)
        return 77
    record = '--record' in arguments
    names = [name for name in arguments if not name.startswith('--')]
    print('eventlet', eventlet.__version__, 'Python', sys.version.split()[0])
    failed = 0
    for script in sorted(FOLDER.glob('*.py')):
        if names and script.stem not in names:
            continue
        printed = run(script)
        trace = script.with_suffix('.trace')
        if printed is not None and record:
            trace.write_text(printed)
        if printed is not None and trace.read_text() == printed:
            print('ok', script.stem)
            continue
        failed += 1
        if printed is not None:
            print('FAIL', script.stem, 'printed', printed.split('\n'))
            print('     recorded', trace.read_text().split('\n'))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
