//! Gradients of a loss; those of weights bypass candle's gradient store.
//!
//! candle adds every gradient to zeros that it makes for it first: for millions of weights that costs as much as computing them. Within
//! [`of`], our operations put the gradients of variables aside, and they join the others at the end.

use std::cell::RefCell;

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor};

use super::maps;

thread_local! {
    /// Gradients put aside; none outside of [`of`].
    static STASHED: RefCell<Option<Vec<(Tensor, Tensor)>>> = const { RefCell::new(None) };
}

/// As `loss.backward()`.
pub fn backward(loss: &Tensor) -> Result<GradStore> {
    STASHED.with(|stashed| *stashed.borrow_mut() = Some(Vec::new()));
    let gradients = loss.backward();
    let stashed = STASHED.with(|stashed| stashed.borrow_mut().take()).unwrap_or_default();
    let mut gradients = gradients?;
    for (variable, gradient) in stashed {
        let gradient = match gradients.remove(&variable) {
            Some(known) => (known + gradient)?,
            None => gradient,
        };
        gradients.insert(&variable, gradient);
    }
    Ok(gradients)
}

/// Puts the gradient of a variable aside, or gives it back to be returned to candle.
pub(super) fn stash_gradient(variable: &Tensor, gradient: Option<Tensor>) -> Result<Option<Tensor>> {
    if !variable.is_variable() {
        return Ok(gradient);
    }
    Ok(STASHED.with(|stashed| match (stashed.borrow_mut().as_mut(), gradient) {
        (Some(stashed), Some(gradient)) => {
            stashed.push((variable.clone(), gradient));
            None
        }
        (_, gradient) => gradient,
    }))
}

/// Asks the allocator to keep what it has: every iteration takes and frees the same hundreds of megabytes, and fresh pages from the system
/// cost more than the arithmetic on them. Best effort.
pub fn tune_allocator() {
    maps::keep_more();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const MAX_THRESHOLD_BYTES: libc::c_int = 1 << 30;
        // SAFETY: these settings are only numbers for the allocator.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MAX_THRESHOLD_BYTES);
            libc::mallopt(libc::M_TRIM_THRESHOLD, MAX_THRESHOLD_BYTES);
            libc::mallopt(libc::M_ARENA_MAX, 1);
        }
    }
}

/// Gives back to the system what training kept, once its tensors are gone.
pub fn release_memory() {
    maps::keep_less();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: gives back pages that are not in use.
    unsafe {
        libc::malloc_trim(0);
    }
}
