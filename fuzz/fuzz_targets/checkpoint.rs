#![no_main]

scenewright_fuzz::fuzz!("checkpoint");
