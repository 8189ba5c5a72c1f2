"""What `doctor` tries of each directory: everything that an agent may ask, as an agent asks it."""
