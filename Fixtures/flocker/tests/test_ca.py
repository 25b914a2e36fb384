import os
import stat
import tempfile
import unittest

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from flocker import ca


class AuthorityTests(unittest.TestCase):
    def test_the_root_signs_what_it_issues(self):
        root = ca.authority("cluster")
        for leaf in (ca.node_certificate(root, "1"), ca.api_certificate(root, "alice")):
            certificate = leaf.certificate
            self.assertEqual(certificate.issuer, root.certificate.subject)
            root.key.public_key().verify(
                certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(hashes.SHA256())
            )

    def test_keys_are_private_and_never_overwritten(self):
        with tempfile.TemporaryDirectory() as directory:
            self.assertEqual(ca.main(["--path", directory, "initialize", "c"]), 0)
            mode = os.stat(os.path.join(directory, "cluster.key")).st_mode
            self.assertEqual(stat.S_IMODE(mode), 0o600)
            self.assertEqual(ca.main(["--path", directory, "initialize", "c"]), 1)
            self.assertEqual(ca.main(["--path", directory, "create-api-certificate", "../x"]), 1)
            self.assertEqual(ca.main(["--path", directory, "create-api-certificate", "alice"]), 0)
