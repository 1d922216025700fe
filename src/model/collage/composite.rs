//! Pixels into boxes, back to front.
