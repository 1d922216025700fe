//! Real data sets and own pictures: reading, faults, samples.

mod fixture;
mod pictures;
