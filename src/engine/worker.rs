//! Worker thread loop. A panic or error in one job does not stop the loop.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::event::{Event, Failure};
use super::job::Job;
use super::queue::Queue;
use super::renderer::Renderer;
use super::{RenderRequest, Ticket};
use scenewright_generate::GenerateError;
use scenewright_nn::cancel::CancellationToken;

pub fn run(queue: &Arc<Queue>, events: &SyncSender<Event>, wake: &dyn Fn()) {
    let mut renderer = Renderer::default();
    while let Some(job) = queue.take() {
        let event = match job {
            Job::Open(open) => {
                let opened = guarded(|| renderer.open(&open.path, open.device).map_err(Failure::from));
                Some(match opened {
                    Ok(facts) => Event::ModelOpened(facts),
                    Err(failure) => Event::ModelFailed { path: open.path, failure },
                })
            }
            Job::SetModel(ready) => ready.take().map(|(ready, facts)| {
                renderer = ready;
                Event::ModelOpened(facts)
            }),
            Job::Match(asked) => {
                let words = guarded(|| renderer.match_appearance(&asked));
                Some(Event::AppearanceMatched { asked, words })
            }
            Job::Render(ticket, draw) => drawn(&mut renderer, queue, ticket, draw),
        };
        let Some(event) = event else { continue };
        if events.send(event).is_err() {
            return; // the receiver is gone
        }
        wake();
    }
}

/// `None`: a variation that a newer picture superseded waits again.
fn drawn(renderer: &mut Renderer, queue: &Arc<Queue>, ticket: Ticket, draw: RenderRequest) -> Option<Event> {
    let purpose = draw.purpose;
    let asked = Arc::clone(queue);
    let cancel = CancellationToken::from_fn(move || asked.is_cancelled());
    match guarded(|| renderer.draw(ticket, &draw, &cancel)) {
        Ok(drawn) => {
            queue.finished(purpose);
            Some(Event::Rendered(drawn))
        }
        Err(Failure::Generate(GenerateError::Cancelled(_))) => {
            (!queue.was_cancelled(ticket, draw)).then_some(Event::Cancelled { ticket, purpose })
        }
        Err(failure) => {
            queue.finished(purpose);
            Some(match renderer.fall_back(&failure) {
                Some(facts) => Event::ModelOpened(facts),
                None => Event::DrawFailed { ticket, purpose, failure },
            })
        }
    }
}

/// A panic becomes a failure. A half-drawn picture is discarded; models are only read.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Failure::Panicked(words_of(panic.as_ref()))))
}

pub(super) fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_in_words() {
        let failed = guarded::<()>(|| panic!("the pencil broke in {} pieces", 2));
        assert!(failed.unwrap_err().to_string().contains("the pencil broke in 2 pieces"));
        let failed = guarded::<()>(|| std::panic::panic_any(7));
        assert!(failed.unwrap_err().to_string().contains("no reason given"));
        assert_eq!(guarded(|| Ok(3)).unwrap(), 3);
    }
}
