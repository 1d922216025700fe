//! Real data sets and own pictures: reading, faults, samples, training.

mod cli;
mod coco;
mod fixture;
mod pictures;
mod size;
mod training;
mod visual_genome;
