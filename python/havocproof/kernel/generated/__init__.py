"""Generated from dafny/ by `make generate`; never edited."""
