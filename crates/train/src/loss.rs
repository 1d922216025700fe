//! The losses of sg2im, with its weights and names.
// sg2im: losses.py; train.py, calculate_model_losses

use std::str::FromStr;

use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

use scenewright_nn::activation::relu;

/// What the discriminators and the generator play for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GanLoss {
    #[default]
    Gan,
    Lsgan,
    Wgan,
    /// Margins of 1 for the discriminators; beyond sg2im.
    Hinge,
}

impl FromStr for GanLoss {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        match name {
            "gan" => Ok(Self::Gan),
            "lsgan" => Ok(Self::Lsgan),
            "wgan" => Ok(Self::Wgan),
            "hinge" => Ok(Self::Hinge),
            _ => Err(format!("\"{name}\" is no loss of discriminators; choose gan, lsgan, wgan or hinge")),
        }
    }
}

impl GanLoss {
    /// The generator's loss, from scores of any shape.
    pub fn generator(self, fake: &Tensor) -> Result<Tensor> {
        match self {
            Self::Gan => cross_entropy_with(fake, true),
            Self::Lsgan => mean_square_from(fake, 1.0),
            Self::Wgan | Self::Hinge => fake.mean_all()?.neg(),
        }
    }

    /// A discriminator's loss.
    pub fn discriminator(self, real: &Tensor, fake: &Tensor) -> Result<Tensor> {
        match self {
            Self::Gan => cross_entropy_with(real, true)? + cross_entropy_with(fake, false)?,
            Self::Lsgan => mean_square_from(real, 1.0)? + mean_square_from(fake, 0.0)?,
            Self::Wgan => fake.mean_all()? - real.mean_all()?,
            Self::Hinge => relu(&real.affine(-1.0, 1.0)?)?.mean_all()? + relu(&fake.affine(1.0, 1.0)?)?.mean_all()?,
        }
    }
}

/// Binary cross-entropy of logits with one label for all: max(x, 0) - x·t + ln(1 + exp(-|x|)).
fn cross_entropy_with(scores: &Tensor, real: bool) -> Result<Tensor> {
    let positive = relu(scores)?;
    let linear = if real { (positive - scores)? } else { positive };
    let size = (scores * scores.detach().sign()?)?;
    (linear + (size.neg()?.exp()? + 1.0)?.log()?)?.mean_all()
}

fn mean_square_from(scores: &Tensor, target: f64) -> Result<Tensor> {
    (candle_nn::ops::sigmoid(scores)? - target)?.sqr()?.mean_all()
}

/// Mean absolute difference, with PyTorch's gradient (0) where there is none.
pub fn l1(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let difference = (a - b)?;
    (&difference * difference.detach().sign()?)?.mean_all()
}

pub fn mean_square(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    (a - b)?.sqr()?.mean_all()
}

/// Binary cross-entropy of probabilities: predicted, wanted `[O, M, M]`. Probabilities stay a float's width from 0 and 1.
pub(crate) fn binary_cross_entropy(predicted: &Tensor, wanted: &Tensor) -> Result<Tensor> {
    let wanted = wanted.to_dtype(predicted.dtype())?;
    let p = predicted.clamp(1e-12, 1.0 - f64::from(f32::EPSILON) / 2.0)?;
    let met = (&wanted * p.log()?)?;
    let missed = (wanted.affine(-1.0, 1.0)? * p.affine(-1.0, 1.0)?.log()?)?;
    (met + missed)?.mean_all()?.neg()
}

/// By sg2im's names; the defaults are train.py's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LossWeights {
    pub l1_pixel_loss_weight: f64,
    pub bbox_pred_loss_weight: f64,
    pub mask_loss_weight: f64,
    pub predicate_pred_loss_weight: f64,
    /// Multiplied by those of the two discriminators.
    pub discriminator_loss_weight: f64,
    pub d_obj_weight: f64,
    pub d_img_weight: f64,
    /// Of the category that the object discriminator predicts; not multiplied by `discriminator_loss_weight` (REFERENCE 13).
    pub ac_loss_weight: f64,
    /// Of the relations that predicted boxes break ([`super::relation_loss`]); beyond sg2im, 0 there.
    pub relation_loss_weight: f64,
}

impl Default for LossWeights {
    fn default() -> Self {
        Self {
            l1_pixel_loss_weight: 1.0,
            bbox_pred_loss_weight: 10.0,
            mask_loss_weight: 0.0,
            predicate_pred_loss_weight: 0.0,
            discriminator_loss_weight: 0.01,
            d_obj_weight: 1.0,
            d_img_weight: 1.0,
            ac_loss_weight: 0.1,
            relation_loss_weight: 0.0,
        }
    }
}
