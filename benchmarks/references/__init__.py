"""The servers that the product is measured against: the least and the usual way to do the same work."""
