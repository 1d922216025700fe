#![no_main]

scenewright_fuzz::fuzz!("other_tools");
