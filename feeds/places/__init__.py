"""Datelines into places: what a printed name means, or that it cannot be told.

`resolve` decides, by `scoring`, from what a gazetteer knows; it is pure. Two modules touch files: `gazetteer` opens
the packaged `gazetteer.db`, `compile` makes it from GeoNames and `names.toml`.
"""
