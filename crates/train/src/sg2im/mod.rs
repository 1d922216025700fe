//! Training of the sg2im network: its layout alone first, where the settings say so, then pictures against two discriminators.

mod batches;
mod card;
mod parts;
mod sheet;
mod task;
mod unseen;
mod validate;
