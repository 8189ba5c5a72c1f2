"""Where rows come from: the only package that knows HTTP and keys."""
