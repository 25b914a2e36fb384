"""flocker: lists what else there is."""

import os
import sys

from ._options import parser


def scripts(directory):
    """The names of the Flocker scripts in a directory, sorted."""
    return sorted(name for name in os.listdir(directory) if name.startswith("flocker-"))


def main(arguments=None):
    parser("flocker", "List the Flocker scripts of this installation.").parse_args(arguments)
    for name in scripts(os.path.dirname(os.path.realpath(sys.argv[0]))):
        print(name)
    return 0
