"""The catalogue: data files of methods, factors, cities and their sources, and the loader that checks them."""

from backend.catalogue.loader import Catalogue, CatalogueError, load_catalogue

__all__ = ["Catalogue", "CatalogueError", "load_catalogue"]
