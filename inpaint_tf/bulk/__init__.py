"""Millions of pictures: an Apache Beam pipeline around the completion of one."""
