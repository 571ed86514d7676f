"""Matters 议题: the dossier. A procedure is data, state is documents, and every reason why not is said."""
