"""Consultative democracy that can be checked: communities propose, notify, consult, decide, feed back and supervise;
every official act leaves a document and one entry in a public, verifiable log."""

__version__ = "0.1.0"
