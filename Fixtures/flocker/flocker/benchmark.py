"""flocker-benchmark: how fast a control service answers."""

import time

import treq
from twisted.internet import defer, task

from ._options import parser, run


def summary(seconds):
    """Minimum, median and maximum of some durations, in milliseconds."""
    ordered = sorted(seconds)
    values = (ordered[0], ordered[len(ordered) // 2], ordered[-1])
    return "min {:.2f} ms, median {:.2f} ms, max {:.2f} ms".format(*(value * 1000 for value in values))


@defer.inlineCallbacks
def _measure(reactor, control, count):
    durations = []
    for _ in range(count):
        start = time.time()
        response = yield treq.get(control.rstrip("/") + "/v1/version")
        yield response.content()
        durations.append(time.time() - start)
    print(summary(durations))


def main(arguments=None):
    options = parser("flocker-benchmark", "Measure how fast a control service answers.")
    options.add_argument("--control", default="http://127.0.0.1:4523", help="URL of the control service")
    options.add_argument("--count", type=int, default=100, help="number of requests")
    parsed = options.parse_args(arguments)
    if parsed.count < 1:
        options.error("--count: at least 1")
    return run(task.react, _measure, (parsed.control, parsed.count))
