#![no_main]

scenewright_fuzz::fuzz!("annotations");
