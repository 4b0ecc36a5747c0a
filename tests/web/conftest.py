"""A server around a tiny network, for every test of the web interface."""

import pytest
from web.browser import VALUE, Fitted, bright, chromium, open_picture, visited
from web.harness import Painter, local, studio_client
from web.running import running


@pytest.fixture(scope="session")
def backend():
    """A `Local` around a network of width 2, which fills holes with something of its own."""
    return local()


@pytest.fixture(scope="session")
def client(backend):
    """A client of a server with every default."""
    with studio_client(backend) as client:
        yield client


@pytest.fixture(scope="session")
def browser():
    """A Chromium for all tests that need one."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def painter():
    """The backend of the page's server; it fills holes with one value."""
    return Painter(VALUE)


@pytest.fixture
def address(painter):
    """The address of a running server."""
    with running(painter) as address:
        yield address


@pytest.fixture
def page(browser, address):
    """The page in a new window."""
    with visited(browser, address) as page:
        yield page


@pytest.fixture
def opened(page):
    """The page with a picture of 200x150, and where it lies."""
    open_picture(page, bright())
    return page, Fitted(page)
