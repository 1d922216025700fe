//! Files of scenes: ours, those of google/sg2im and of other programs.

mod scene_files;
