"""Ports made real on AWS, and their in-memory fakes."""
