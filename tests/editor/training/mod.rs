//! Training in the background, without a window: started, paused, resumed, stopped, gone on with after a restart or a kill, always with the
//! same losses; and everything that can go wrong on the way.

mod bad;
mod flows;
mod follow;
mod trainer;
