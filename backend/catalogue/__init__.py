"""Methods, factors, places and their sources: data files, and the loader that checks them."""

from backend.catalogue.loader import Catalogue, CatalogueError, load_catalogue

__all__ = ["Catalogue", "CatalogueError", "load_catalogue"]
