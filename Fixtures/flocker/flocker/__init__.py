"""Flocker: a container data volume manager."""

__version__ = "1.15.0"
