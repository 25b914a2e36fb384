"""flocker-volume: the volumes of a node, each a directory."""

import os
import re

from ._options import UserError, parser, run

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class Volumes(object):
    """The volumes below one directory."""

    def __init__(self, pool):
        self._pool = pool

    def _path(self, name):
        if NAME.fullmatch(name) is None:
            raise UserError("{!r} is no name for a volume".format(name))
        return os.path.join(self._pool, name)

    def names(self):
        if not os.path.isdir(self._pool):
            return []
        return sorted(name for name in os.listdir(self._pool) if NAME.fullmatch(name))

    def create(self, name):
        try:
            os.makedirs(self._path(name), 0o700)
        except FileExistsError:
            raise UserError("there is a volume {} already".format(name))

    def remove(self, name):
        """Remove a volume; only an empty one, data is never thrown away."""
        os.rmdir(self._path(name))


def _volume(options):
    volumes = Volumes(options.pool)
    if options.action == "list":
        for name in volumes.names():
            print(name)
        return
    if options.name is None:
        raise UserError("{} needs the name of a volume".format(options.action))
    getattr(volumes, options.action)(options.name)


def main(arguments=None):
    options = parser("flocker-volume", "List, create and remove the volumes of this node.")
    options.add_argument("--pool", default="/var/lib/flocker/volumes", help="directory of the volumes")
    options.add_argument("action", choices=["list", "create", "remove"])
    options.add_argument("name", nargs="?")
    return run(_volume, options.parse_args(arguments))
