"""flocker-control: the REST service that keeps a cluster's configuration."""

import json
import os
import sys
import tempfile
import uuid

from twisted.internet import endpoints, reactor
from twisted.python import log
from twisted.web.resource import Resource
from twisted.web.server import Site
from zope.interface import Interface, implementer

from . import __version__
from ._options import parser, run

BODY_LIMIT = 1 << 20


class IStore(Interface):
    """Keeps a cluster's datasets and the last known state of its nodes."""

    def datasets():
        """All datasets, a list of dictionaries."""

    def add(dataset):
        """Keep one more dataset."""


@implementer(IStore)
class FileStore(object):
    """Datasets in one JSON file, replaced as a whole so that a crash never leaves half of it."""

    def __init__(self, directory):
        self._path = os.path.join(directory, "configuration.json")
        self._datasets = []
        if os.path.exists(self._path):
            with open(self._path, encoding="utf-8") as stream:
                self._datasets = json.load(stream)

    def datasets(self):
        return list(self._datasets)

    def add(self, dataset):
        changed = self._datasets + [dataset]
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(self._path))
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(changed, stream)
        os.rename(temporary, self._path)
        self._datasets = changed


def _reply(request, value, code=200):
    request.setResponseCode(code)
    request.setHeader(b"content-type", b"application/json")
    return json.dumps(value).encode("utf-8")


def _body(request):
    """The request's JSON object, or None if it is none."""
    data = request.content.read(BODY_LIMIT + 1)
    if len(data) > BODY_LIMIT:
        return None
    try:
        value = json.loads(data.decode("utf-8"))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


class Version(Resource):
    """GET: the version of the service."""

    isLeaf = True

    def render_GET(self, request):
        return _reply(request, {"flocker": __version__})


class Datasets(Resource):
    """GET: all datasets. POST: one more."""

    isLeaf = True

    def __init__(self, store):
        Resource.__init__(self)
        self._store = store

    def render_GET(self, request):
        return _reply(request, self._store.datasets())

    def render_POST(self, request):
        wanted = _body(request)
        if wanted is None or not isinstance(wanted.get("primary"), str):
            return _reply(request, {"description": "expected an object with the text 'primary'"}, 400)
        identifier = wanted.get("dataset_id", str(uuid.uuid4()))
        if any(known["dataset_id"] == identifier for known in self._store.datasets()):
            return _reply(request, {"description": "there is such a dataset already"}, 409)
        dataset = {
            "dataset_id": identifier,
            "primary": wanted["primary"],
            "metadata": wanted.get("metadata", {}),
        }
        self._store.add(dataset)
        return _reply(request, dataset, 201)


class Nodes(Resource):
    """GET: the state of every node. PUT /v1/state/nodes/NAME: what an agent reports about its own."""

    isLeaf = True

    def __init__(self):
        Resource.__init__(self)
        self._nodes = {}

    def render_GET(self, request):
        return _reply(request, self._nodes)

    def render_PUT(self, request):
        state = _body(request)
        if state is None or len(request.postpath) != 1:
            return _reply(request, {"description": "expected a JSON object for one node"}, 400)
        self._nodes.setdefault(request.postpath[0].decode("utf-8", "replace"), {}).update(state)
        return _reply(request, {})


def api(store):
    """The tree of resources under /v1."""
    root = Resource()
    version = Resource()
    configuration = Resource()
    state = Resource()
    root.putChild(b"v1", version)
    version.putChild(b"version", Version())
    version.putChild(b"configuration", configuration)
    configuration.putChild(b"datasets", Datasets(store))
    version.putChild(b"state", state)
    state.putChild(b"nodes", Nodes())
    return Site(root)


def _serve(options):
    if not os.path.isdir(options.data_path):
        os.makedirs(options.data_path, 0o700)
    site = api(FileStore(options.data_path))
    log.startLogging(sys.stderr)
    for address in (options.port, options.agent_port):
        endpoints.serverFromString(reactor, address).listen(site)
    reactor.run()


def main(arguments=None):
    options = parser("flocker-control", "Serve the REST interface of a cluster.")
    options.add_argument("--port", default="tcp:4523", help="endpoint for users (default: %(default)s)")
    options.add_argument("--agent-port", default="tcp:4524", help="endpoint for agents (default: %(default)s)")
    options.add_argument("--data-path", default="/var/lib/flocker", help="where the configuration is kept")
    return run(_serve, options.parse_args(arguments))
