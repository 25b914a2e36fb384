"""What every script's command line has in common."""

import argparse
import sys

from . import __version__


class UserError(Exception):
    """A mistake of the caller; its text is all that the caller has to see."""


def parser(program, description):
    """An argument parser with --version."""
    result = argparse.ArgumentParser(prog=program, description=description)
    result.add_argument("--version", action="version", version=__version__)
    return result


def run(function, *arguments):
    """Call a script's body; a UserError becomes one line on stderr and status 1."""
    try:
        return function(*arguments) or 0
    except (UserError, OSError) as error:
        print("error: {}".format(error), file=sys.stderr)
        return 1
