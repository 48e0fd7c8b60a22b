"""Generated from dafny/ by `make generate`. Never edited."""
