//! Training in the background, without a window: started, paused, resumed, stopped, gone on with after a restart or a kill, always with the
//! same losses; and everything that can go wrong on the way.

#[path = "training/bad.rs"]
mod bad;
#[path = "training/flows.rs"]
mod flows;
#[path = "training/follow.rs"]
mod follow;
#[path = "training/trainer.rs"]
mod trainer;
