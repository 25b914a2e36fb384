"""flocker-dataset-agent and flocker-container-agent: report a node's state to the control service."""

import json
import socket

import psutil
import treq
from twisted.internet import task

from ._options import parser, run


def dataset_state():
    """Mounted file systems and how full they are, in bytes."""
    result = []
    for partition in psutil.disk_partitions():
        try:
            usage = psutil.disk_usage(partition.mountpoint)
        except OSError:
            continue
        result.append({"mountpoint": partition.mountpoint, "total": usage.total, "used": usage.used})
    return {"datasets": result}


def container_state():
    """How many processes run, and the memory that is left in bytes."""
    return {"processes": len(psutil.pids()), "available_memory": psutil.virtual_memory().available}


def report(control, hostname, state):
    """Send a state; the Deferred fires with the response."""
    url = "{}/v1/state/nodes/{}".format(control.rstrip("/"), hostname)
    return treq.put(url, json.dumps(state).encode("utf-8"), headers={"content-type": "application/json"})


def _main(program, state, arguments):
    options = parser(program, "Report this node's state to the control service.")
    options.add_argument("--control", default="http://127.0.0.1:4524", help="URL of the control service")
    options.add_argument("--hostname", default=socket.gethostname(), help="the name to report under")
    options.add_argument("--interval", type=float, default=10.0, help="seconds between reports")
    options.add_argument("--print", action="store_true", dest="show", help="print the state once instead")
    parsed = options.parse_args(arguments)
    if parsed.show:
        print(json.dumps(state(), indent=2, sort_keys=True))
        return 0

    def once():
        sent = report(parsed.control, parsed.hostname, state())
        # A control service that is down for a while must not end the agent.
        return sent.addErrback(lambda failure: print("error: {}".format(failure.getErrorMessage())))

    return run(task.react, lambda reactor: task.LoopingCall(once).start(parsed.interval))


def dataset_main(arguments=None):
    return _main("flocker-dataset-agent", dataset_state, arguments)


def container_main(arguments=None):
    return _main("flocker-container-agent", container_state, arguments)
