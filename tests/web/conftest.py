"""A server around a tiny network, for every test of the web interface."""

import pytest
from web.harness import local, studio_client


@pytest.fixture(scope="session")
def backend():
    """A `Local` around a network of width 2, which fills holes with something of its own."""
    return local()


@pytest.fixture(scope="session")
def client(backend):
    """A client of a server with every default."""
    with studio_client(backend) as client:
        yield client
