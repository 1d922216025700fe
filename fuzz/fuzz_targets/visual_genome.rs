#![no_main]

scenewright_fuzz::fuzz!("visual_genome");
