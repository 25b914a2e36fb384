import os
import tempfile
import unittest

from flocker import deploy
from flocker._options import UserError

APPLICATIONS = {
    "version": 1,
    "applications": {
        "web": {"image": "nginx", "ports": [{"internal": 80, "external": 8080}]},
        "db": {"image": "postgres", "volume": {"mountpoint": "/data"}},
    },
}


class PlanTests(unittest.TestCase):
    def test_volumes_come_before_the_application_that_needs_them(self):
        lines = deploy.plan({"nodes": {"a": ["db"], "b": ["web"]}}, APPLICATIONS)
        self.assertEqual(
            lines,
            ["a: volume for db at /data", "a: start db from postgres", "b: port 8080 to web 80",
             "b: start web from nginx"],
        )

    def test_an_application_runs_on_one_node_only(self):
        with self.assertRaises(UserError):
            deploy.plan({"nodes": {"a": ["db"], "b": ["db"]}}, APPLICATIONS)

    def test_an_unknown_application_is_refused(self):
        with self.assertRaises(UserError):
            deploy.plan({"nodes": {"a": ["cache"]}}, APPLICATIONS)


class LoadTests(unittest.TestCase):
    def load(self, text, schema):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "file.yml")
            with open(path, "w") as stream:
                stream.write(text)
            return deploy.load(path, schema)

    def test_a_valid_file(self):
        self.assertEqual(self.load("version: 1\nnodes: {a: [x]}", "deployment")["nodes"], {"a": ["x"]})

    def test_a_wrong_port_is_named(self):
        text = "version: 1\napplications: {w: {image: i, ports: [{internal: 80, external: 70000}]}}"
        with self.assertRaisesRegex(UserError, "w/ports/0/external"):
            self.load(text, "applications")

    def test_broken_yaml_is_no_traceback(self):
        with self.assertRaises(UserError):
            self.load("nodes: [", "deployment")
