"""Config -> parts, put together; the only place that knows both."""
