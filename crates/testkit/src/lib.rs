//! What only tests use. The tidy tests, which hold the rules of the tree, are in `tests/tidy.rs`.
