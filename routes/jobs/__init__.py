"""Jobs over HTTP: the list, one job, cancelling and trying again; and the page for people."""
