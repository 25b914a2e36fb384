"""Says hello."""
from __future__ import print_function

import sys

import six


def greeting(name):
    """A greeting that ends with the interpreter's version."""
    return u"Hello {0} from Python {1}.{2}".format(six.text_type(name), *sys.version_info)


def main():
    print(greeting(sys.argv[1] if len(sys.argv) > 1 else "world"))
