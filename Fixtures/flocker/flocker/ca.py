"""flocker-ca: a certificate authority for a cluster, in a directory."""

import datetime
import os
import uuid

from cryptography import x509
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ._options import UserError, parser, run

AUTHORITY_YEARS = 20
LEAF_YEARS = 5


def _write(path, data, mode):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)


class Credential(object):
    """A private key and its certificate."""

    def __init__(self, key, certificate):
        self.key = key
        self.certificate = certificate

    def save(self, directory, name):
        """Write NAME.key (readable by its owner only) and NAME.crt; never over an existing file."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(os.path.join(directory, name + ".key"), key, 0o600)
        certificate = self.certificate.public_bytes(serialization.Encoding.PEM)
        _write(os.path.join(directory, name + ".crt"), certificate, 0o644)

    @classmethod
    def load(cls, directory, name):
        """Read what save() wrote."""
        try:
            with open(os.path.join(directory, name + ".key"), "rb") as stream:
                key = serialization.load_pem_private_key(stream.read(), None, default_backend())
            with open(os.path.join(directory, name + ".crt"), "rb") as stream:
                certificate = x509.load_pem_x509_certificate(stream.read(), default_backend())
        except FileNotFoundError as error:
            raise UserError("{} is not there: run 'flocker-ca initialize' first".format(error.filename))
        return cls(key, certificate)


def _issue(common_name, years, issuer=None, usage=None):
    key = ec.generate_private_key(ec.SECP256R1(), default_backend())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=False)
    signer = issuer.key if issuer else key
    return Credential(key, builder.sign(signer, hashes.SHA256(), default_backend()))


def authority(cluster):
    """A self-signed root for a cluster."""
    return _issue(cluster, AUTHORITY_YEARS)


def node_certificate(root, identifier):
    """What a node's agents show to the control service."""
    usage = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    return _issue("node-{}".format(identifier), LEAF_YEARS, root, usage)


def api_certificate(root, user):
    """What a user of the REST interface shows."""
    return _issue("user-{}".format(user), LEAF_YEARS, root, [ExtendedKeyUsageOID.CLIENT_AUTH])


def _initialize(options):
    authority(options.name).save(options.path, "cluster")
    print("Created cluster.key and cluster.crt for {}.".format(options.name))


def _node(options):
    identifier = str(uuid.uuid4())
    node_certificate(Credential.load(options.path, "cluster"), identifier).save(options.path, identifier)
    print("Created {0}.key and {0}.crt.".format(identifier))


def _api(options):
    if os.path.basename(options.user) != options.user:
        raise UserError("a user name has no '/': {}".format(options.user))
    api_certificate(Credential.load(options.path, "cluster"), options.user).save(options.path, options.user)
    print("Created {0}.key and {0}.crt.".format(options.user))


def main(arguments=None):
    options = parser("flocker-ca", "Create the certificates of a cluster.")
    options.add_argument("--path", default=".", help="where the files are kept (default: here)")
    commands = options.add_subparsers(dest="command", metavar="COMMAND")
    commands.required = True
    initialize = commands.add_parser("initialize", help="create the cluster's root certificate")
    initialize.add_argument("name", help="the cluster's name")
    initialize.set_defaults(function=_initialize)
    node = commands.add_parser("create-node-certificate", help="create the certificate of a node")
    node.set_defaults(function=_node)
    api = commands.add_parser("create-api-certificate", help="create the certificate of a user")
    api.add_argument("user")
    api.set_defaults(function=_api)
    parsed = options.parse_args(arguments)
    return run(parsed.function, parsed)
