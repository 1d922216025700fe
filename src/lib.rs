//! Scenewright.
