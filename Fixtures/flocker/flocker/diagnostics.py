"""flocker-diagnostics: what support wants to know about a machine."""

import json
import platform
import socket
import time

import psutil

from . import __version__
from ._options import parser, run


def report():
    """A dictionary that JSON can carry."""
    memory = psutil.virtual_memory()
    return {
        "flocker": __version__,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "hostname": socket.gethostname(),
        "uptime_seconds": int(time.time() - psutil.boot_time()),
        "processors": psutil.cpu_count(),
        "memory": {"total": memory.total, "available": memory.available},
        "services": sorted(
            {
                process.info["name"]
                for process in psutil.process_iter(["name"])
                if (process.info["name"] or "").startswith("flocker-")
            }
        ),
    }


def main(arguments=None):
    parser("flocker-diagnostics", "Print a report about this machine as JSON.").parse_args(arguments)
    return run(lambda: print(json.dumps(report(), indent=2, sort_keys=True)))
