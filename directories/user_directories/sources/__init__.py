"""Where rows come from: the only room that knows HTTP and keys."""
