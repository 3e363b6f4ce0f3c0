"""Gouji (勾稽): reads a Chinese government budget book and proves that its figures agree."""

__version__ = "0.1.0"
