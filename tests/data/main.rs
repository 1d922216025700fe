//! Real data sets and own pictures: reading, faults, samples, training.

mod cli;
mod coco;
mod fixture;
mod formats;
mod odd_files;
mod pictures;
mod size;
mod training;
mod visual_genome;
