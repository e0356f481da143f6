"""Pretraining a classifier on the words around each place of its texts."""
