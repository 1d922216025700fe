#![no_main]

scenewright_fuzz::fuzz!("model_folder");
