"""flocker-deploy: validates a deployment and prints its plan."""

import os

import jsonschema
import yaml

from ._options import UserError, parser, run


def _schema(name):
    path = os.path.join(os.path.dirname(__file__), "schemas", name + ".yml")
    with open(path, encoding="utf-8") as stream:
        return yaml.safe_load(stream)


def load(path, schema):
    """Read a YAML file and check it against one of the package's schemas."""
    with open(path, encoding="utf-8") as stream:
        try:
            document = yaml.safe_load(stream)
        except yaml.YAMLError as error:
            raise UserError("{}: {}".format(path, error))
    problem = jsonschema.exceptions.best_match(jsonschema.Draft7Validator(_schema(schema)).iter_errors(document))
    if problem is not None:
        where = "/".join(str(part) for part in problem.absolute_path) or "top level"
        raise UserError("{}: {}: {}".format(path, where, problem.message))
    return document


def plan(deployment, applications):
    """One line for each thing to do, node by node."""
    known = applications["applications"]
    placed = {}
    lines = []
    for node, names in sorted(deployment["nodes"].items()):
        for name in sorted(names):
            if name not in known:
                raise UserError("node {} wants the application {}, which nothing defines".format(node, name))
            if name in placed:
                raise UserError("{} is placed on both {} and {}".format(name, placed[name], node))
            placed[name] = node
            application = known[name]
            if "volume" in application:
                lines.append("{}: volume for {} at {}".format(node, name, application["volume"]["mountpoint"]))
            for port in application.get("ports", []):
                lines.append("{}: port {external} to {} {internal}".format(node, name, **port))
            lines.append("{}: start {} from {}".format(node, name, application["image"]))
    lines.extend("{}: not placed on any node".format(name) for name in sorted(set(known) - set(placed)))
    return lines


def _deploy(options):
    for line in plan(load(options.deployment, "deployment"), load(options.applications, "applications")):
        print(line)


def main(arguments=None):
    options = parser("flocker-deploy", "Validate a deployment and print what would be done.")
    options.add_argument("deployment", help="YAML file: which application runs on which node")
    options.add_argument("applications", help="YAML file: the applications")
    return run(_deploy, options.parse_args(arguments))
