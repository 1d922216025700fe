//! Keeps the window on the screen: a stored place may be off every screen by now, and a stored size larger than any.

use std::time::Duration;

/// Frames in which the place is looked at: window managers move a window and add its title bar some time after it is opened.
const CHECKED_FRAMES: [u8; 4] = [3, 6, 10, 16];
/// Time between frames until the last check.
const PACE: Duration = Duration::from_millis(40);

/// A rectangle of the desktop in physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    left: i32,
    top: i32,
    width: i32,
    height: i32,
}

/// What is to be done with a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Correction {
    None,
    /// It is larger than the screen: the window manager knows how much room there is.
    Maximize,
    /// Its place and size, title bar included.
    Place(Area),
}

#[derive(Default)]
pub(crate) struct Placement {
    frame: u8,
}

impl Placement {
    /// Called in every frame; does something in the first few only.
    pub(crate) fn check(&mut self, ctx: &egui::Context, frame: &eframe::Frame) {
        let Some(window) = frame.winit_window().filter(|_| self.frame < CHECKED_FRAMES[CHECKED_FRAMES.len() - 1])
        else {
            return;
        };
        self.frame += 1;
        ctx.request_repaint_after(PACE);
        let is_free = !window.is_maximized() && window.fullscreen().is_none();
        // Wayland tells no place, and keeps windows on the screen by itself.
        let Some(mut place) = window.outer_position().ok().filter(|_| is_free && CHECKED_FRAMES.contains(&self.frame))
        else {
            return;
        };
        let (outer, mut inner) = (window.outer_size(), window.inner_size());
        let area = Area { left: place.x, top: place.y, width: signed(outer.width), height: signed(outer.height) };
        let screens = window.available_monitors().map(|monitor| {
            let (place, size) = (monitor.position(), monitor.size());
            Area { left: place.x, top: place.y, width: signed(size.width), height: signed(size.height) }
        });
        match correction(area, &screens.collect::<Vec<_>>(), self.frame == CHECKED_FRAMES[0]) {
            Correction::None => {}
            Correction::Maximize => window.set_maximized(true),
            Correction::Place(wanted) => {
                (inner.width, inner.height) = (
                    (inner.width + wanted.width as u32).saturating_sub(outer.width).max(1),
                    (inner.height + wanted.height as u32).saturating_sub(outer.height).max(1),
                );
                let _ = window.request_inner_size(inner);
                (place.x, place.y) = (wanted.left, wanted.top);
                window.set_outer_position(place);
            }
        }
    }
}

fn signed(pixels: u32) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}

/// `may_maximize`: a window that is too large is maximized; otherwise it is made smaller.
fn correction(window: Area, screens: &[Area], may_maximize: bool) -> Correction {
    let screens = screens.iter().filter(|screen| screen.width > 0 && screen.height > 0);
    let Some(screen) = screens.max_by_key(|screen| overlap(window, **screen)).copied() else { return Correction::None };
    let fits = window.width <= screen.width && window.height <= screen.height;
    if !fits && may_maximize && overlap(window, screen) > 0 {
        return Correction::Maximize;
    }
    let (width, height) = (window.width.min(screen.width), window.height.min(screen.height));
    let wanted = Area {
        left: window.left.clamp(screen.left, screen.left + screen.width - width),
        top: window.top.clamp(screen.top, screen.top + screen.height - height),
        width,
        height,
    };
    // A window that reaches over two screens, or a little over an edge, is where a person wants it.
    let is_reachable = overlap(window, screen) >= i64::from(window.width) * i64::from(window.height) / 2;
    let has_title = window.top >= screen.top && window.top < screen.top + screen.height;
    if fits && is_reachable && has_title { Correction::None } else { Correction::Place(wanted) }
}

/// The common area, pixels.
fn overlap(a: Area, b: Area) -> i64 {
    let side = |a: i32, a_length: i32, b: i32, b_length: i32| {
        let end = (i64::from(a) + i64::from(a_length)).min(i64::from(b) + i64::from(b_length));
        (end - i64::from(a.max(b))).max(0)
    };
    side(a.left, a.width, b.left, b.width) * side(a.top, a.height, b.top, b.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn area(left: i32, top: i32, width: i32, height: i32) -> Area {
        Area { left, top, width, height }
    }

    const SCREEN: Area = area(0, 0, 1280, 800);

    #[test]
    fn a_window_comes_onto_the_screen() {
        let second = area(1280, 0, 1920, 1080);
        for (window, screens, expected) in [
            (area(100, 50, 900, 600), &[SCREEN][..], Correction::None),
            // A little over the edge: left alone.
            (area(500, 300, 900, 600), &[SCREEN], Correction::None),
            (area(-1151, 758, 1200, 700), &[SCREEN], Correction::Place(area(0, 100, 1200, 700))),
            (area(5000, 4000, 900, 600), &[SCREEN], Correction::Place(area(380, 200, 900, 600))),
            // On a second screen, and after it was unplugged.
            (area(1500, 100, 900, 600), &[SCREEN, second], Correction::None),
            (area(1500, 100, 900, 600), &[SCREEN], Correction::Place(area(380, 100, 900, 600))),
            // The title bar above the screen.
            (area(0, -30, 1280, 300), &[SCREEN], Correction::Place(area(0, 0, 1280, 300))),
            (area(0, 0, 1440, 930), &[SCREEN], Correction::Maximize),
            (area(0, 0, 900, 600), &[], Correction::None),
        ] {
            assert_eq!(correction(window, screens, true), expected, "{window:?}");
        }
        assert_eq!(correction(area(0, 0, 1440, 930), &[SCREEN], false), Correction::Place(SCREEN));
    }
}
