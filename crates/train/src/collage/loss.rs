//! Loss between decoded and real pictures of objects.

use candle_core::{Result, Tensor};

use scenewright_model::collage::light::Pixels;

/// The terms of the appearance loss.
#[derive(Debug)]
pub(crate) struct LookLosses {
    /// Mean distance of the premultiplied colors.
    pub color: Tensor,
    /// Binary cross-entropy of the alpha.
    pub alpha: Tensor,
    /// 1 - Dice coefficient of the alpha.
    pub dice: Tensor,
    /// Mean distance of the slopes of color and alpha.
    pub edge: Tensor,
}

/// `real` `[N, 4, H, W]`: premultiplied, 0..=1.
pub(crate) fn looked(seen: &Pixels, real: &Tensor) -> Result<LookLosses> {
    let (color, alpha) = (real.narrow(1, 0, 3)?, real.narrow(1, 3, 1)?);
    let x = &seen.logit;
    // softplus without overflow
    let log = ((x.abs()?.neg()?.exp()? + 1.0)?).log()?;
    let entropy = ((x.relu()? - (x * &alpha)?)? + log)?.mean_all()?;
    let both = Tensor::cat(&[&seen.color, &seen.alpha], 1)?;
    let overlap = (&seen.alpha * &alpha)?.sum((1, 2, 3))?;
    let sum = (seen.alpha.sqr()?.sum((1, 2, 3))? + alpha.sqr()?.sum((1, 2, 3))?)?;
    let dice = ((overlap + 0.5)? / ((sum * 0.5)? + 0.5)?)?.mean_all()?;
    Ok(LookLosses {
        color: (&seen.color - color)?.abs()?.mean_all()?,
        alpha: entropy,
        dice: dice.affine(-1.0, 1.0)?,
        edge: edges(&(both - real)?)?,
    })
}

/// Mean size of the slopes of a difference, across and down.
fn edges(x: &Tensor) -> Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    let across = (x.narrow(3, 1, w - 1)? - x.narrow(3, 0, w - 1)?)?.abs()?.mean_all()?;
    let down = (x.narrow(2, 1, h - 1)? - x.narrow(2, 0, h - 1)?)?.abs()?.mean_all()?;
    across + down
}
