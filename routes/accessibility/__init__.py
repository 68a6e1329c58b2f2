"""How accessible films are, over HTTP: the worst of the library, and a report."""
