"""Tests import their helpers as ``tests.…``; a package here keeps another library's ``tests`` from standing in its place."""
