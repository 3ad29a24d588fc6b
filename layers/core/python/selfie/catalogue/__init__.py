"""The published statements, scales and questions: structure for the rules, texts for people.

A version is a folder of JSON files (English is the source of every translation). A published version never changes:
a new wording or a retired statement is a new folder, and an exercise keeps the version with which it was set up.
"""

from selfie.catalogue.structure import CURRENT, catalogue, versions
from selfie.catalogue.texts import Option, Text, Texts, texts

__all__ = ["CURRENT", "Option", "Text", "Texts", "catalogue", "texts", "versions"]
