//! Commands of the selected objects: order, hide, lock, pin, flip, groups, alignment, copies, clipboard.

use egui::{Context, Event, ViewportCommand};

use super::commands::Command;
use super::depth_order::{self, DepthStep};
use super::dialogs::Dialog;
use super::editor::Editor;
use super::object_edits::{self as edits, Row};
use super::{Action, Selection, canvas};
use scenewright_scene::{Edit, NodeId, UnitBox};

impl Editor {
    /// Whether a command of the selected objects is enabled; `None` for other commands.
    pub(super) fn is_object_command_possible(&self, command: Command) -> Option<bool> {
        let (scene, selection) = (self.state.scene(), &self.state.selection);
        let count = selection.nodes.len();
        let has_group = || selection.nodes.iter().any(|id| scene.node(*id).is_some_and(|node| node.group.is_some()));
        if let Some(how) = command.align() {
            return Some(count >= how.least());
        }
        Some(match command {
            Command::Cut | Command::Copy | Command::Flip | Command::Lock | Command::Pin | Command::DuplicateInRow => {
                count > 0
            }
            Command::Hide => !selection.is_empty(),
            Command::ShowAll => {
                scene.nodes().iter().any(|node| node.hidden) || scene.relations().iter().any(|one| one.hidden)
            }
            Command::BringToFront | Command::BringForward | Command::SendBackward | Command::SendToBack => {
                count > 0 && !self.layers().is_empty()
            }
            Command::Group => edits::group(scene, selection).is_some(),
            Command::Ungroup => has_group(),
            _ => return None,
        })
    }

    /// Performs a command of the selected objects. Returns false for other commands.
    pub(super) fn object_command(&mut self, ctx: &Context, command: Command) -> bool {
        let (scene, selection) = (self.state.scene(), &self.state.selection);
        let action = match command {
            Command::Hide => edits::toggle_hidden(scene, selection),
            Command::ShowAll => edits::show_all(scene),
            Command::Lock => edits::toggle_locked(scene, selection),
            Command::Pin => edits::toggle_pinned(scene, selection, |id| self.box_of(id)),
            Command::Flip => edits::flip(scene, selection, |id| self.faces_right(id)),
            Command::Group => edits::group(scene, selection),
            Command::Ungroup => edits::ungroup(scene, selection),
            Command::DuplicateInRow => {
                self.dialog = Some(Dialog::Row(Row::default()));
                None
            }
            Command::Copy | Command::Cut => {
                self.copy(ctx, command == Command::Cut);
                None
            }
            Command::Paste => {
                ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
                None
            }
            command => match (command.depth_step(), command.align()) {
                (Some(step), _) => self.reorder(step),
                (None, Some(_)) => self.align(command),
                (None, None) => return false,
            },
        };
        if let Some(action) = action {
            self.perform(ctx, action);
        }
        true
    }

    pub(super) fn box_of(&self, id: NodeId) -> Option<UnitBox> {
        let node = self.state.scene().node(id)?;
        node.pinned.or_else(|| self.live.box_of(id)).or(node.rendered.bounds)
    }

    fn faces_right(&self, id: NodeId) -> Option<bool> {
        let shown = self.live.shown.as_ref()?;
        shown.picture.objects.iter().find(|placed| placed.node == Some(id))?.record.faces_right
    }

    fn layers(&self) -> Vec<depth_order::Layer> {
        let picture = self.live.shown.as_ref().map(|shown| &*shown.picture);
        depth_order::layers(self.state.scene(), picture, &self.state.vocab)
    }

    fn reorder(&mut self, step: DepthStep) -> Option<Action> {
        let selection = Selection { nodes: self.state.selection.nodes.clone(), ..Selection::default() };
        let edits = depth_order::step(&self.layers(), &selection.nodes, step);
        if edits.is_empty() {
            let front = matches!(step, DepthStep::Front | DepthStep::Forward);
            self.notices.toast(if front { "It is in front already" } else { "It is behind all others already" });
            return None;
        }
        let verb = match step {
            DepthStep::Front => "bring to front:",
            DepthStep::Forward => "bring forward:",
            DepthStep::Backward => "send backward:",
            DepthStep::Back => "send to back:",
        };
        Some(Action::edit(format!("{verb} {}", canvas::name_of(self.state.scene(), &selection)), edits))
    }

    fn align(&self, command: Command) -> Option<Action> {
        let how = command.align()?;
        let boxes: Vec<(NodeId, UnitBox)> =
            self.state.selection.nodes.iter().filter_map(|&id| Some((id, self.box_of(id)?.repaired()?))).collect();
        let edits: Vec<Edit> =
            how.boxes(&boxes).into_iter().map(|(node, b)| Edit::Pin { node, pinned: Some(b) }).collect();
        (!edits.is_empty()).then(|| Action::edit(how.label().to_lowercase(), edits))
    }

    /// Adds copies of the selection in a row.
    pub(super) fn add_row(&mut self, ctx: &Context, row: Row) {
        let action = edits::copies_in_row(self.state.scene(), &self.state.selection, row, |id| self.box_of(id));
        match action {
            Some(action) => self.perform(ctx, action),
            None => self.notices.toast("There is no room for a copy: make the objects smaller, or move them"),
        }
    }

    fn copy(&mut self, ctx: &Context, cuts: bool) {
        let (scene, selection) = (self.state.scene(), &self.state.selection);
        let place = |id: NodeId| {
            let node = scene.node(id);
            node.and_then(|node| node.canvas.or(node.rendered.canvas)).map_or(egui::Pos2::ZERO, Into::into)
        };
        let Some(text) = canvas::copied_text(scene, selection, place) else { return };
        ctx.copy_text(text);
        if cuts {
            let nodes = Selection { nodes: selection.nodes.clone(), ..Selection::default() };
            let actions = canvas::delete(scene, &nodes);
            actions.into_iter().for_each(|action| self.perform(ctx, action));
        }
    }

    /// Clipboard shortcuts that no panel has taken; they arrive as events of their own.
    pub(super) fn clipboard_events(&mut self, ctx: &Context) {
        if ctx.text_edit_focused() || self.annotate.is_open {
            return;
        }
        let events: Vec<Event> = ctx.input_mut(|input| {
            let is_ours = |event: &Event| matches!(event, Event::Copy | Event::Cut | Event::Paste(_));
            let ours = input.events.iter().filter(|event| is_ours(event)).cloned().collect();
            input.events.retain(|event| !is_ours(event));
            ours
        });
        for event in events {
            match event {
                Event::Copy => self.copy(ctx, false),
                Event::Cut => self.copy(ctx, true),
                Event::Paste(text) => {
                    let actions = canvas::paste(self.state.scene(), &text, None);
                    actions.into_iter().for_each(|action| self.perform(ctx, action));
                }
                _ => {}
            }
        }
    }
}
