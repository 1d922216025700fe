//! Training or evaluation mode of layers.

/// What a network is run for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// For its outputs: batch normalization by the statistics that training left behind.
    #[default]
    Evaluate,
    /// To learn, but normalized as in evaluation: what sg2im does after `eval_mode_after` iterations.
    Frozen,
    /// To learn: batch normalization by the statistics of the batch, which move the running ones.
    Train,
}

impl Mode {
    /// Whether gradients are asked for.
    pub fn is_training(self) -> bool {
        self != Self::Evaluate
    }
}
