"""Config -> parts, put together; no other package knows both."""
