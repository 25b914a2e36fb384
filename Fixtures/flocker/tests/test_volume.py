import os
import tempfile
import unittest

from flocker._options import UserError
from flocker.volume import Volumes


class VolumeTests(unittest.TestCase):
    def test_a_volume_comes_and_goes(self):
        with tempfile.TemporaryDirectory() as pool:
            volumes = Volumes(pool)
            volumes.create("data")
            self.assertEqual(volumes.names(), ["data"])
            volumes.remove("data")
            self.assertEqual(volumes.names(), [])

    def test_names_stay_below_the_pool(self):
        with tempfile.TemporaryDirectory() as pool:
            for name in ("../x", "/x", "", ".", "a/b"):
                with self.assertRaises(UserError):
                    Volumes(pool).create(name)

    def test_data_is_never_thrown_away(self):
        with tempfile.TemporaryDirectory() as pool:
            volumes = Volumes(pool)
            volumes.create("data")
            open(os.path.join(pool, "data", "file"), "w").close()
            with self.assertRaises(OSError):
                volumes.remove("data")
