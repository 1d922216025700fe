//! Figures of quality: tiny untrained models with the words of the illustrated world, classifiers of a few steps, the command line.

mod damage;
mod fixture;
mod inception;
mod measure;
