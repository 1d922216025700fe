//! Splits the input of a slow frame into several frames, so that no key press is lost.
//!
//! A widget sees all events of a frame at once, and the focus moves only between frames. Text typed after Enter within
//! one frame would therefore go to the field that Enter has just closed, or nowhere. The queue holds such events back,
//! in order, and requests further frames until it is empty:
//!
//! | events | frame |
//! |---|---|
//! | text for the focused field, and keys that only edit it | together with other text |
//! | any other key: Enter, Tab, Escape, arrows up and down, shortcuts, keys while no field has the focus | alone; no keys after it until the focus has settled |
//! | Enter in a field that stays open (see [`super::text_field`]) | ends a frame of text; text may follow in the next |
//! | pointer buttons, requests of a screen reader | not together with keys; no keys after them until the focus has settled |
//! | all others | with the events before them |
//!
//! The focus needs several frames to settle: a closing popup returns it one frame later, possibly to a node that was
//! not drawn before, and only in the frame after that does egui leave arrow keys and Tab to the widget instead of
//! moving the focus.

use std::collections::VecDeque;

use egui::{Context, Event, Id, ImeEvent, Key, Modifiers, RawInput, Ui};

use super::text_field;

/// Frames after an action or a click in which the focus may still change, even if it stays with the same widget.
const SETTLING_FRAMES: u8 = 2;
/// Maximum number of frames that keys are held back while the focus keeps moving.
const MOST_FRAMES: u8 = 10;

/// An egui plugin, see the module documentation.
#[derive(Default)]
pub(crate) struct InputQueue {
    waiting: VecDeque<Event>,
    pause: Pause,
    /// Frames since the last action or click, during a pause.
    paused_frames: u8,
    /// The widget that had the focus before the last frame.
    focused: Option<Id>,
    /// The key that is held down: its repeats need no pause.
    held: Option<Key>,
    composition: Composition,
}

/// Events that are held back because focus and popups have not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Pause {
    #[default]
    None,
    /// Keys other than text input.
    Actions,
    /// All keys.
    Keys,
}

/// Effect of an event on the frame that contains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// May be combined with any other event.
    None,
    Pointer,
    /// Edits the focused field.
    Write,
    /// Enter in a field that stays open.
    Submit,
    /// May move the focus, or open or close something.
    Act,
}

/// Properties of the focused widget that matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Focus {
    /// It is a text field.
    writes: bool,
    /// It stays open on Enter.
    stays_open: bool,
}

impl Focus {
    fn of(ctx: &Context) -> Self {
        Self { writes: ctx.text_edit_focused(), stays_open: text_field::is_focused(ctx) }
    }
}

/// Whether an input method composes a text, such as Pinyin. The keys that it uses belong to it, though some systems deliver them as well:
/// Backspace edits the composition, and the Enter that ends it submits nothing.
#[derive(Default)]
struct Composition {
    is_active: bool,
}

impl Composition {
    /// `writes`: a text field has the focus; elsewhere nothing is composed.
    fn without_its_keys(&mut self, events: Vec<Event>, writes: bool) -> Vec<Event> {
        self.is_active &= writes;
        // The key that ended the composition may come after its text, in the same frame.
        let (mut has_ended, mut drops_text) = (false, false);
        let mut left = Vec::with_capacity(events.len());
        for event in events {
            let belongs_to_it = match &event {
                Event::Ime(ImeEvent::Preedit { text, .. }) => {
                    has_ended |= self.is_active && text.is_empty();
                    self.is_active = writes && !text.is_empty();
                    false
                }
                Event::Ime(ImeEvent::Commit(_)) => {
                    has_ended |= self.is_active;
                    self.is_active = false;
                    false
                }
                Event::WindowFocused(false) => {
                    self.is_active = false;
                    false
                }
                Event::Key { key, pressed: true, .. } => {
                    drops_text = self.is_active || has_ended && ends_composition(*key);
                    has_ended &= !drops_text;
                    drops_text
                }
                Event::Text(_) => self.is_active || std::mem::take(&mut drops_text),
                _ => false,
            };
            if !belongs_to_it {
                left.push(event);
            }
        }
        left
    }
}

fn ends_composition(key: Key) -> bool {
    matches!(key, Key::Enter | Key::Space | Key::Backspace | Key::Escape | Key::Tab)
}

impl egui::Plugin for InputQueue {
    fn debug_name(&self) -> &'static str {
        "input queue"
    }

    fn input_hook(&mut self, ctx: &Context, input: &mut RawInput) {
        let events = self.composition.without_its_keys(std::mem::take(&mut input.events), ctx.text_edit_focused());
        self.waiting.extend(events.into_iter().flat_map(split_lines));
        let focused = ctx.memory(|memory| memory.focused());
        let has_moved = std::mem::replace(&mut self.focused, focused) != focused;
        self.end_frame(has_moved);
        if !self.waiting.is_empty() {
            input.events = self.next_frame(Focus::of(ctx));
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        if !self.waiting.is_empty() {
            ui.ctx().request_repaint();
        }
    }
}

impl InputQueue {
    /// Called after a frame. `has_moved`: another widget has the focus now.
    fn end_frame(&mut self, has_moved: bool) {
        self.paused_frames = self.paused_frames.saturating_add(1);
        let is_settled = self.paused_frames > SETTLING_FRAMES && !has_moved;
        if is_settled || self.paused_frames > MOST_FRAMES {
            self.pause = Pause::None;
        }
    }

    fn begin_pause(&mut self, pause: Pause) {
        (self.pause, self.paused_frames) = (pause, 0);
    }

    /// Takes the events that fit into one frame.
    fn next_frame(&mut self, focus: Focus) -> Vec<Event> {
        let pause = self.pause;
        let mut frame = Vec::new();
        let (mut has_pointer, mut has_text) = (false, false);
        while let Some(event) = self.waiting.front() {
            let effect = effect(event, focus);
            let is_repeat = effect == Effect::Act && self.is_repeat(event);
            let may_come = match effect {
                Effect::None => true,
                Effect::Pointer => !has_text,
                Effect::Write => pause != Pause::Keys && !has_pointer,
                Effect::Submit => (pause == Pause::None || has_text) && !has_pointer,
                Effect::Act => (pause == Pause::None || is_repeat) && !has_pointer && !has_text,
            };
            if !may_come {
                break;
            }
            has_pointer |= effect == Effect::Pointer;
            has_text |= effect == Effect::Write;
            let Some(event) = self.waiting.pop_front() else { break };
            self.note_held(&event);
            frame.push(event);
            match effect {
                Effect::None | Effect::Pointer | Effect::Write => {}
                Effect::Submit => {
                    self.begin_pause(Pause::Actions);
                    return frame;
                }
                Effect::Act => {
                    self.take_with_action(&mut frame, is_repeat);
                    self.begin_pause(Pause::Keys);
                    return frame;
                }
            }
        }
        if has_pointer {
            self.begin_pause(Pause::Keys);
        }
        frame
    }

    /// The text event of an action key belongs to it, and so do further repeats of a held key: with a frame for each,
    /// they would continue after the key was released.
    fn take_with_action(&mut self, frame: &mut Vec<Event>, is_repeat: bool) {
        let Some(Event::Key { key, modifiers, .. }) = frame.last().cloned() else { return };
        let is_again = |event: &Event| matches!(event, Event::Key { key: again, pressed: true, modifiers: with, .. } if (*again, *with) == (key, modifiers));
        while let Some(next) = self.waiting.front() {
            let is_its_text = matches!(next, Event::Text(_))
                && writes_text(key, modifiers)
                && matches!(frame.last(), Some(Event::Key { .. }));
            let is_repeated = is_repeat && is_again(next);
            if !is_its_text && !is_repeated {
                return;
            }
            frame.extend(self.waiting.pop_front());
        }
    }

    fn is_repeat(&self, event: &Event) -> bool {
        matches!(event, Event::Key { key, pressed: true, .. } if Some(*key) == self.held)
    }

    fn note_held(&mut self, event: &Event) {
        match event {
            Event::Key { key, pressed: true, .. } => self.held = Some(*key),
            Event::Key { key, .. } if Some(*key) == self.held => self.held = None,
            Event::WindowFocused(_) => self.held = None,
            _ => {}
        }
    }
}

fn effect(event: &Event, focus: Focus) -> Effect {
    match event {
        Event::Key { key: Key::Enter, pressed: true, modifiers, .. } if focus.stays_open && !modifiers.any() => {
            Effect::Submit
        }
        Event::Key { key, pressed: true, modifiers, .. } => {
            if focus.writes && edits_text(*key, *modifiers) {
                Effect::Write
            } else {
                Effect::Act
            }
        }
        Event::Text(_) | Event::Paste(_) | Event::Copy | Event::Cut | Event::Ime(_) => {
            if focus.writes {
                Effect::Write
            } else if matches!(event, Event::Ime(_)) {
                Effect::None
            } else {
                Effect::Act
            }
        }
        Event::PointerButton { .. } | Event::AccessKitActionRequest(_) => Effect::Pointer,
        _ => Effect::None,
    }
}

/// Returns true if the key only edits the focused field. Other keys may be a shortcut, or control a list below the
/// field.
fn edits_text(key: Key, modifiers: Modifiers) -> bool {
    let is_edit = matches!(key, Key::ArrowLeft | Key::ArrowRight | Key::Home | Key::End | Key::Backspace | Key::Delete);
    let is_plain = !modifiers.ctrl && !modifiers.command && !modifiers.mac_cmd && !modifiers.alt;
    is_plain && (is_edit || writes_text(key, modifiers))
}

/// Returns true if a text event follows the key. Alt alone and AltGr (Ctrl and Alt) write text.
fn writes_text(key: Key, modifiers: Modifiers) -> bool {
    let is_shortcut = (modifiers.ctrl || modifiers.command || modifiers.mac_cmd) && !modifiers.alt;
    let name = key.name();
    let is_function_key = name.len() > 1 && name.starts_with('F') && name[1..].chars().all(|c| c.is_ascii_digit());
    let is_silent = matches!(
        key,
        Key::Enter
            | Key::Tab
            | Key::Escape
            | Key::ArrowDown
            | Key::ArrowUp
            | Key::ArrowLeft
            | Key::ArrowRight
            | Key::Home
            | Key::End
            | Key::PageUp
            | Key::PageDown
            | Key::Insert
            | Key::Delete
            | Key::Backspace
            | Key::Copy
            | Key::Cut
            | Key::Paste
            | Key::BrowserBack
    );
    !is_shortcut && !is_function_key && !is_silent
}

/// Some systems deliver several lines in one event: each line end is Enter.
fn split_lines(event: Event) -> Vec<Event> {
    let Event::Text(text) = &event else { return vec![event] };
    if !text.contains(['\n', '\r']) {
        return vec![event];
    }
    let enter = |pressed| Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let mut events = Vec::new();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            events.extend([enter(true), enter(false)]);
        }
        if !line.is_empty() {
            events.push(Event::Text(line.to_owned()));
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITING: Focus = Focus { writes: true, stays_open: false };
    const STAYING: Focus = Focus { writes: true, stays_open: true };
    const NOTHING: Focus = Focus { writes: false, stays_open: false };

    fn key(key: Key, modifiers: Modifiers) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
    }

    fn text(text: &str) -> Event {
        Event::Text(text.to_owned())
    }

    /// The frames that these events are split into while the focus stays the same, without empty frames.
    fn frames(focus: Focus, events: Vec<Event>) -> Vec<Vec<Event>> {
        let mut queue =
            InputQueue { waiting: events.into_iter().flat_map(split_lines).collect(), ..InputQueue::default() };
        let mut frames = Vec::new();
        for _ in 0..200 {
            if queue.waiting.is_empty() {
                return frames;
            }
            queue.end_frame(false);
            frames.push(queue.next_frame(focus));
        }
        panic!("the queue is never empty");
    }

    #[test]
    fn keys_of_an_input_method_belong_to_it() {
        let preedit = |text: &str| Event::Ime(ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None });
        let commit = || Event::Ime(ImeEvent::Commit("羊".to_owned()));
        let (enter, backspace) = (key(Key::Enter, Modifiers::NONE), key(Key::Backspace, Modifiers::NONE));
        let mut composition = Composition::default();
        let mut left = |events: &[Event]| composition.without_its_keys(events.to_vec(), true);
        assert_eq!(left(&[preedit("ya"), backspace.clone()]), [preedit("ya")]);
        assert_eq!(left(&[backspace.clone(), enter.clone()]), []);
        // Before the text, after it, and the next one is a person's.
        assert_eq!(left(&[enter.clone(), commit(), enter.clone(), enter.clone()]), [commit(), enter.clone()]);
        assert_eq!(left(std::slice::from_ref(&enter)), std::slice::from_ref(&enter));
        // The last letter is deleted.
        assert_eq!(left(&[preedit("y")]), [preedit("y")]);
        assert_eq!(left(&[preedit(""), backspace.clone()]), [preedit("")]);
        assert_eq!(left(&[text("a"), backspace.clone()]), [text("a"), backspace.clone()]);
        // The field loses the focus.
        left(&[preedit("y")]);
        assert_eq!(composition.without_its_keys(vec![enter.clone()], false), [enter]);
    }

    #[test]
    fn no_event_is_lost_or_moved() {
        let events = vec![
            text("add a"),
            key(Key::Enter, Modifiers::NONE),
            Event::PointerMoved(egui::pos2(3.0, 4.0)),
            key(Key::A, Modifiers::NONE),
            text("a"),
            key(Key::K, Modifiers::COMMAND),
            Event::PointerButton {
                pos: egui::Pos2::ZERO,
                button: egui::PointerButton::Primary,
                pressed: true,
                modifiers: Modifiers::NONE,
            },
            text("b"),
            Event::Paste("c".to_owned()),
            key(Key::Tab, Modifiers::NONE),
            key(Key::Tab, Modifiers::NONE),
            Event::Copy,
        ];
        for focus in [WRITING, STAYING, NOTHING] {
            assert_eq!(frames(focus, events.clone()).concat(), events, "{focus:?}");
        }
    }

    #[test]
    fn each_line_of_a_field_that_stays_is_a_frame() {
        let enter = || key(Key::Enter, Modifiers::NONE);
        let events = vec![text("one"), enter(), text("two"), text("!"), enter(), enter()];
        let found = frames(STAYING, events);
        assert_eq!(found[0], [text("one"), enter()]);
        assert_eq!(found[1], [text("two"), text("!"), enter()]);
        assert_eq!(found.len(), 5, "Enter alone waits until the focus has settled: {found:?}");
    }

    #[test]
    fn an_action_is_alone_and_followed_by_a_pause() {
        let events =
            vec![text("sh"), text("eep"), key(Key::ArrowDown, Modifiers::NONE), key(Key::Enter, Modifiers::NONE)];
        let found: Vec<usize> = frames(WRITING, events).iter().map(Vec::len).collect();
        assert_eq!(found, [2, 1, 0, 0, 1]);
    }

    #[test]
    fn keys_wait_while_the_focus_moves_but_not_for_ever() {
        let wait = |moves: &dyn Fn(u8) -> bool| {
            let mut queue = InputQueue::default();
            queue.waiting.extend([key(Key::Enter, Modifiers::NONE), key(Key::ArrowDown, Modifiers::NONE)]);
            queue.next_frame(NOTHING);
            let came = |frame: &u8| {
                queue.end_frame(moves(*frame));
                !queue.next_frame(NOTHING).is_empty()
            };
            (1..100).find(came)
        };
        assert_eq!(wait(&|_| false), Some(SETTLING_FRAMES + 1));
        assert_eq!(wait(&|frame| frame == 1), Some(SETTLING_FRAMES + 1));
        assert_eq!(wait(&|frame| frame <= 5), Some(6));
        assert_eq!(wait(&|_| true), Some(MOST_FRAMES + 1));
    }

    #[test]
    fn a_key_and_its_text_come_together() {
        let events = vec![key(Key::Slash, Modifiers::NONE), text("/"), text("x")];
        assert_eq!(frames(NOTHING, events)[0].len(), 2);
        // A shortcut writes no text: text that follows is for what it opens.
        let events = vec![key(Key::K, Modifiers::COMMAND), text("add")];
        assert_eq!(frames(NOTHING, events)[0].len(), 1);
    }

    #[test]
    fn repeats_of_a_held_key_do_not_pile_up() {
        let events = vec![key(Key::ArrowDown, Modifiers::NONE); 30];
        let found: Vec<usize> = frames(WRITING, events).iter().map(Vec::len).collect();
        assert_eq!(found, [1, 29], "the key itself, and what came while it was held");
    }

    #[test]
    fn a_line_in_a_text_is_enter() {
        let found = split_lines(text("add a cat\r\nadd a dog\n"));
        let texts: Vec<&Event> = found.iter().filter(|event| matches!(event, Event::Text(_))).collect();
        assert_eq!(texts, [&text("add a cat"), &text("add a dog")]);
        assert_eq!(found.len(), 6);
        assert_eq!(split_lines(text("a")), [text("a")]);
    }

    #[test]
    fn input_is_never_held_back_where_one_event_comes_at_a_time() {
        let mut queue = InputQueue::default();
        for event in [text("a"), key(Key::A, Modifiers::NONE), text("b")] {
            queue.waiting.push_back(event);
            queue.end_frame(false);
            queue.next_frame(WRITING);
            assert!(queue.waiting.is_empty());
        }
    }
}
