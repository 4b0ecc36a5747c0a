"""Millions of pictures: an Apache Beam pipeline that completes them one by one."""
