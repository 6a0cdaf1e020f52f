"""Bringing in people, plans and contacts from a file: good rows come in, bad rows wait to be mended, and nothing comes twice."""
