//! Real data sets and own pictures: reading, faults, samples, training.

mod coco;
mod fixture;
mod formats;
mod illustrated_world;
mod size;
mod training;
mod visual_genome;
