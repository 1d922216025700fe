//! Compositions written by hand, to look at and to test with.
