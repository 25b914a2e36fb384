"""flocker-node-era: an identifier that changes with every boot."""

import uuid

from ._options import parser, run

BOOT_ID = "/proc/sys/kernel/random/boot_id"


def era(path=BOOT_ID):
    """The kernel's identifier of this boot."""
    with open(path) as stream:
        return uuid.UUID(stream.read().strip())


def main(arguments=None):
    parser("flocker-node-era", "Print this boot's identifier.").parse_args(arguments)
    return run(lambda: print(era()))
