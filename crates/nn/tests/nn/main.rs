//! Layers against those of candle.

mod convolution;
