"""Ways to tell an organisation something: one module each, strangers to each other."""
