//! What the losses of a batch add up to, and their gradients: of the whole batch, however many processes share it.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor};

use super::batch::Batch;
use super::relation_loss::judged;
use super::step::{Losses, StepError};
use scenewright_nn::adam::Adam;
use scenewright_nn::distributed::ProcessGroup;

/// Adds weighted terms and notes them.
#[derive(Default)]
pub(crate) struct Sum {
    pub total: Option<Tensor>,
    pub losses: Losses,
}

impl Sum {
    /// `share`: of what the term is a mean of, the part that is in this member's batch.
    pub(crate) fn add(&mut self, name: &'static str, term: &Tensor, weight: f64, share: f64) -> Result<()> {
        let term = (term * (weight * share))?;
        self.losses.0.push((name, f64::from(term.to_scalar::<f32>()?)));
        self.total = Some(match self.total.take() {
            Some(total) => (total + term)?,
            None => term,
        });
        Ok(())
    }

    /// Notes the total under this name. From here on the losses are those of the whole batch; the total, which leads to the gradients, is
    /// this member's part. None where nothing was added.
    pub fn close(
        &mut self,
        name: &'static str,
        process_group: &ProcessGroup,
    ) -> std::result::Result<Option<Tensor>, StepError> {
        let Some(total) = self.total.take() else { return Ok(None) };
        self.losses.0.push((name, f64::from(total.to_scalar::<f32>()?)));
        let mut values: Vec<f64> = self.losses.0.iter().map(|(_, value)| *value).collect();
        process_group.all_reduce_sum(&mut values).map_err(candle_core::Error::from)?;
        self.losses.0.iter_mut().zip(values).for_each(|((_, value), sum)| *value = sum);
        // Known to all, so that all give up together.
        self.losses.check()?;
        Ok(Some(total))
    }
}

/// A term for which this process's batch holds nothing. It depends on the outputs all the same: processes find the gradients of the same
/// operations in the same order.
pub(crate) fn nothing(of: &Tensor) -> Result<Tensor> {
    of.sum_all()? * 0.0
}

/// What means are over, and how much of it is in this member's batch, 0 to 1.
pub(crate) struct Shares {
    pub images: f64,
    pub objects: f64,
    pub triples: f64,
    /// Relations that boxes can decide; none where the whole batch has none.
    pub judged: Option<f64>,
}

impl Shares {
    pub(crate) fn of(batch: &Batch, process_group: &ProcessGroup) -> Result<Self> {
        let graph = &batch.graph;
        let own = [graph.images, graph.objects.len(), graph.triples.len(), judged(batch).count()].map(|n| n as f64);
        let mut all = own;
        process_group.all_reduce_sum(&mut all)?;
        let share = |i: usize| if all[i] > 0.0 { own[i] / all[i] } else { 1.0 };
        let judged = (all[3] > 0.0).then(|| share(3));
        Ok(Self { images: share(0), objects: share(1), triples: share(2), judged })
    }
}

/// Puts the sums of all members' gradients in place of the own ones. One that no member has stays absent.
pub fn gather(gradients: &mut GradStore, optimizer: &Adam, process_group: &ProcessGroup) -> Result<()> {
    if process_group.is_single() {
        return Ok(());
    }
    let parameters = optimizer.parameters();
    let (mut values, mut present) = (Vec::new(), vec![0.0; parameters.len()]);
    for ((_, var), present) in parameters.iter().zip(&mut present) {
        match gradients.remove(var) {
            Some(gradient) => {
                *present = 1.0;
                values.extend(gradient.flatten_all()?.to_vec1::<f32>()?);
            }
            None => values.resize(values.len() + var.elem_count(), 0.0),
        }
    }
    process_group.all_reduce_sum(&mut present)?;
    process_group.all_reduce_sum_f32(&mut values)?;
    let mut rest = values.as_slice();
    for ((_, var), present) in parameters.iter().zip(present) {
        let (own, behind) = rest.split_at(var.elem_count());
        rest = behind;
        if present > 0.0 {
            gradients.insert(var, Tensor::from_slice(own, var.shape(), var.device())?);
        }
    }
    Ok(())
}

/// Cuts all gradients of a network by one factor, if their norm together is above `most`; 0: never. (PyTorch: clip_grad_norm_) An error where
/// the norm is beyond all numbers: the optimizer would keep it for ever.
pub(crate) fn clip(gradients: &mut GradStore, optimizer: &Adam, most: f64) -> std::result::Result<(), StepError> {
    let mut squares = 0.0;
    for (_, var) in optimizer.parameters() {
        if let Some(gradient) = gradients.get(var) {
            squares += f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?);
        }
    }
    let norm = squares.sqrt();
    if !norm.is_finite() {
        return Err(StepError::Gradients);
    }
    if most > 0.0 && norm > most {
        for (_, var) in optimizer.parameters() {
            if let Some(gradient) = gradients.remove(var) {
                gradients.insert(var, (gradient * (most / norm))?);
            }
        }
    }
    Ok(())
}
