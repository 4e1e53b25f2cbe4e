"""A person did something: one module per noun, each ends in build_router()."""
