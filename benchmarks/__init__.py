"""Measurements of the product, each beside a reference in the same run on the same machine (docs/performance.md)."""
