"""A small web site with planted truth, served on loopback: the demo and the end-to-end test."""
