from setuptools import setup

setup(
    name="legacy-hello",
    version="0.3.2",
    description="Says hello, on Python 2.7 and later",
    license="Apache-2.0",
    url="https://clusterhq.com",
    packages=["legacy_hello"],
    install_requires=["six >= 1.10"],
    python_requires=">=2.7",
    entry_points={"console_scripts": ["legacy-hello = legacy_hello:main"]},
)
