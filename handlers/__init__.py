"""A person did something: one module per noun, each ends in add_routes()."""
