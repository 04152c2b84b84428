"""The report's only door: it starts `consumer_credit.cli`, or says which Python to start it with.

No other Python is started on the reader's behalf: a build with other versions than one thinks is worse than
none. The file parses under any Python, very old ones included, so that they say so too.
"""

import os
import signal
import sys

OLDEST = (3, 11)


def refuse(problem):
    """Say in one sentence what is wrong with this Python and what to run instead; leave with exit code 2."""
    windows = os.name == "nt"
    project = os.path.dirname(sys.argv[0])
    environment = os.path.join(project, ".venv")
    python = os.path.join(environment, "Scripts\\python.exe" if windows else "bin/python")
    if os.path.exists(python) and os.path.abspath(sys.prefix) != os.path.abspath(environment):
        remedy = "run it with the project's own: " + " ".join(quoted(part) for part in (python, sys.argv[0]))
    else:
        remedy = "run `%s` in the project's folder first, which installs all that is needed into .venv" % (
            "py tools\\bootstrap.py" if windows else "make report"
        )
    sys.stderr.write(
        "build_report.py cannot run with this Python (%s, %s): %s - %s.\n"
        % (sys.version.split()[0], sys.executable, problem, remedy)
    )
    sys.exit(2)


def quoted(path):
    """`path` as one types it: in quotes when it holds a space."""
    return '"%s"' % path if " " in path else path


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        refuse("Python %d.%d or newer is needed" % OLDEST)
    try:
        from consumer_credit.report.cache.unchanged import answered

        if answered(sys.argv[1:]):
            sys.exit(0)
        from consumer_credit.cli import main
    except ImportError as error:
        missing = (error.name or "").split(".")[0]
        if not missing or error.name.startswith("consumer_credit."):
            raise  # a mistake in our own code, to be seen in full
        refuse("the package '%s' is missing" % missing)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted before anything had begun\n")
        sys.exit(130)
    code = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done and said: nothing is left to interrupt
    sys.exit(code)
