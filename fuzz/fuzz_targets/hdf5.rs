#![no_main]

scenewright_fuzz::fuzz!("hdf5");
