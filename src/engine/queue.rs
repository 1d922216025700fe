//! Job queue. Priority: model load, then the newest live picture, then background pictures.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::job::Job;
use super::{MatchRequest, OpenModel, PreloadedModel, Quality, RenderPurpose, RenderRequest, Ticket};

/// More variations than this are refused.
pub(crate) const MAX_WAITING: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{MAX_WAITING} pictures wait to be drawn already: wait for some of them, or cancel them")]
pub struct QueueFull;

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// The next model: to be opened, or already loaded.
    model: Option<Job>,
    live: Option<(Ticket, RenderRequest)>,
    match_appearance: Option<MatchRequest>,
    background: VecDeque<(Ticket, RenderRequest)>,
    last_ticket: u64,
    running: Option<Running>,
    /// The last full picture was cancelled: the next is not.
    was_cancelled: bool,
    quit: bool,
}

/// The picture under way.
struct Running {
    purpose: RenderPurpose,
    quality: Quality,
    cancelled: bool,
}

impl Queue {
    pub(crate) fn push_open(&self, model: OpenModel) {
        self.change(|waiting| waiting.model = Some(Job::Open(model)));
    }

    /// Ignored while a model that the user has chosen waits to be opened.
    pub(crate) fn push_preloaded(&self, ready: PreloadedModel) {
        self.change(|waiting| {
            if !matches!(waiting.model, Some(Job::Open(_))) {
                waiting.model = Some(Job::SetModel(ready));
            }
        });
    }

    pub(crate) fn push_match(&self, match_appearance: MatchRequest) {
        self.change(|waiting| waiting.match_appearance = Some(match_appearance));
    }

    pub(crate) fn push_render(&self, draw: RenderRequest) -> Result<Ticket, QueueFull> {
        self.change(|waiting| {
            if draw.purpose != RenderPurpose::Live && waiting.background.len() >= MAX_WAITING {
                return Err(QueueFull);
            }
            waiting.last_ticket += 1;
            let ticket = Ticket(waiting.last_ticket);
            match draw.purpose {
                RenderPurpose::Live => waiting.live = Some((ticket, draw)),
                RenderPurpose::Variation { .. } | RenderPurpose::Background => {
                    waiting.background.push_back((ticket, draw))
                }
            }
            Ok(ticket)
        })
    }

    pub(crate) fn cancel_variations(&self) {
        self.change(|waiting| {
            waiting.background.retain(|(_, draw)| !is_variation(draw.purpose));
            if let Some(running) = waiting.running.as_mut().filter(|running| is_variation(running.purpose)) {
                running.cancelled = true;
            }
        });
    }

    pub(crate) fn cancel_renders(&self) {
        self.change(|waiting| {
            waiting.live = None;
            waiting.match_appearance = None;
            waiting.background.clear();
            if let Some(running) = &mut waiting.running {
                running.cancelled = true;
            }
        });
    }

    pub(crate) fn quit(&self) {
        self.change(|waiting| waiting.quit = true);
    }

    /// Waits for the next job; `None` when there will be no more.
    pub(crate) fn take(&self) -> Option<Job> {
        let mut waiting = self.lock();
        waiting.running = None;
        loop {
            if waiting.quit {
                return None;
            }
            if let Some(model) = waiting.model.take() {
                return Some(model);
            }
            let live = waiting.live.take();
            if live.is_none()
                && let Some(match_appearance) = waiting.match_appearance.take()
            {
                return Some(Job::Match(match_appearance));
            }
            let draw = live.or_else(|| waiting.background.pop_front());
            if let Some((ticket, draw)) = draw {
                waiting.running = Some(Running { purpose: draw.purpose, quality: draw.quality, cancelled: false });
                return Some(Job::Render(ticket, draw));
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the picture under way is cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        let waiting = self.lock();
        let Some(running) = &waiting.running else { return true };
        let superseded = waiting.live.as_ref().is_some_and(|(_, newer)| match (running.purpose, running.quality) {
            (RenderPurpose::Variation { .. } | RenderPurpose::Background, _) => true,
            (RenderPurpose::Live, Quality::Full) => !waiting.was_cancelled,
            (RenderPurpose::Live, Quality::Draft) => newer.quality == Quality::Full,
        });
        waiting.quit || running.cancelled || superseded
    }

    /// The picture under way was cancelled. A variation that was only superseded waits again, in front: then true.
    pub(crate) fn was_cancelled(&self, ticket: Ticket, draw: RenderRequest) -> bool {
        self.change(|waiting| {
            let cancelled = waiting.running.take().is_none_or(|running| running.cancelled);
            match draw.purpose {
                RenderPurpose::Live => waiting.was_cancelled = true,
                RenderPurpose::Variation { .. } | RenderPurpose::Background if !cancelled => {
                    waiting.background.push_front((ticket, draw));
                    return true;
                }
                RenderPurpose::Variation { .. } | RenderPurpose::Background => {}
            }
            false
        })
    }

    /// The picture under way is finished.
    pub(crate) fn finished(&self, purpose: RenderPurpose) {
        self.change(|waiting| {
            waiting.running = None;
            waiting.was_cancelled &= purpose != RenderPurpose::Live;
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut Waiting) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_all();
        result
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // A panic elsewhere leaves a queue that is still in order: every change is made in one go.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_variation(purpose: RenderPurpose) -> bool {
    matches!(purpose, RenderPurpose::Variation { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::Scene;

    fn draw(purpose: RenderPurpose, quality: Quality) -> RenderRequest {
        RenderRequest { changes: 0, step: None, scene: Scene::new(), quality, purpose }
    }

    fn live(quality: Quality) -> RenderRequest {
        draw(RenderPurpose::Live, quality)
    }

    fn variation(seed: u64) -> RenderRequest {
        draw(RenderPurpose::Variation { seed }, Quality::Full)
    }

    fn taken(queue: &Queue) -> (Ticket, RenderRequest) {
        match queue.take() {
            Some(Job::Render(ticket, draw)) => (ticket, draw),
            other => panic!("no picture but {other:?}"),
        }
    }

    #[test]
    fn the_newest_live_picture_comes_first_and_variations_in_order() {
        let queue = Queue::default();
        queue.push_render(variation(1)).unwrap();
        queue.push_render(live(Quality::Full)).unwrap();
        let newest = queue.push_render(live(Quality::Full)).unwrap();
        queue.push_render(variation(2)).unwrap();
        assert_eq!(taken(&queue).0, newest);
        assert_eq!(taken(&queue).1.purpose, RenderPurpose::Variation { seed: 1 });
        assert_eq!(taken(&queue).1.purpose, RenderPurpose::Variation { seed: 2 });
    }

    #[test]
    fn a_full_picture_is_cancelled_once_and_then_finished() {
        let queue = Queue::default();
        for superseded in [true, false, true] {
            queue.push_render(live(Quality::Full)).unwrap();
            let (ticket, draw) = taken(&queue);
            assert!(!queue.is_cancelled());
            queue.push_render(live(Quality::Full)).unwrap();
            assert_eq!(queue.is_cancelled(), superseded);
            if superseded {
                assert!(!queue.was_cancelled(ticket, draw));
            } else {
                queue.finished(RenderPurpose::Live);
            }
        }
    }

    #[test]
    fn a_draft_is_cancelled_by_a_full_request_but_not_by_a_draft() {
        let queue = Queue::default();
        queue.push_render(live(Quality::Draft)).unwrap();
        taken(&queue);
        queue.push_render(live(Quality::Draft)).unwrap();
        assert!(!queue.is_cancelled());
        queue.push_render(live(Quality::Full)).unwrap();
        assert!(queue.is_cancelled());
    }

    #[test]
    fn a_superseded_variation_waits_again_unless_cancelled() {
        let queue = Queue::default();
        queue.push_render(variation(1)).unwrap();
        let (ticket, draw) = taken(&queue);
        queue.push_render(live(Quality::Full)).unwrap();
        assert!(queue.is_cancelled());
        assert!(queue.was_cancelled(ticket, draw));
        assert_eq!(taken(&queue).1.purpose, RenderPurpose::Live);
        queue.finished(RenderPurpose::Live);
        let (ticket, draw) = taken(&queue);
        assert_eq!(draw.purpose, RenderPurpose::Variation { seed: 1 });
        queue.cancel_variations();
        assert!(queue.is_cancelled());
        assert!(!queue.was_cancelled(ticket, draw));
        queue.quit();
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn background_pictures_wait_and_outlive_the_variations() {
        let queue = Queue::default();
        queue.push_render(variation(1)).unwrap();
        let aside = queue.push_render(draw(RenderPurpose::Background, Quality::Full)).unwrap();
        queue.cancel_variations();
        let (ticket, draw) = taken(&queue);
        assert_eq!(ticket, aside);
        queue.cancel_variations();
        assert!(!queue.is_cancelled());
        queue.push_render(live(Quality::Full)).unwrap();
        assert!(queue.is_cancelled() && queue.was_cancelled(ticket, draw));
        assert_eq!(taken(&queue).1.purpose, RenderPurpose::Live);
        queue.finished(RenderPurpose::Live);
        assert_eq!(taken(&queue).0, aside);
    }

    #[test]
    fn cancel_renders_empties_the_queue_and_the_queue_is_bounded() {
        let queue = Queue::default();
        for seed in 0..MAX_WAITING as u64 {
            queue.push_render(variation(seed)).unwrap();
        }
        assert_eq!(queue.push_render(variation(99)), Err(QueueFull));
        queue.push_render(live(Quality::Full)).unwrap();
        taken(&queue);
        queue.cancel_renders();
        assert!(queue.is_cancelled());
        queue.quit();
        assert_eq!(queue.take(), None);
    }
}
