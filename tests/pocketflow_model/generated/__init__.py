"""Generated from dafny/PocketFlow by `make generate`; never edited."""
