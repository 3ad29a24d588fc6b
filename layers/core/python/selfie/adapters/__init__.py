"""Ports made real on AWS."""
