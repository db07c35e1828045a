"""Measurements of Gridwall, `make bench`: one module for each part of the table; real Redis, server, browser."""
