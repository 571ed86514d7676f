"""A package, so that ``tests.…`` is this folder and never the ``tests`` that some library installs by mistake."""
