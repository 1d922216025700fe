//! Draws the banners in a strip between the menus and the panels.
//!
//! The strip is as high as its banners and at most [`most_height`]; beyond that it scrolls. The panels shrink by its
//! height and are never covered, but nothing may move under the pointer either. While the pointer is on the panels, the
//! height taken from them stays constant: a strip that needs more shows its newest banner over the tabs of the panels,
//! and one that needs less leaves empty space. While the pointer is on the strip, no banner moves unless one was closed
//! or opened there.

use egui::{
    Align, Area, Context, Frame, Id, Label, Layout, Margin, Order, Rect, Response, RichText, ScrollArea, TextWrapMode,
    Ui, UiBuilder, Vec2, WidgetType, accesskit::Live, pos2, vec2,
};
use egui_phosphor::regular as icon;

use super::Theme;
use super::commands::Command;
use super::notices::{Banner, Level, NoticeSource};
use super::widgets::named;

/// Points: height of a banner of one line.
const ONE_LINE: f32 = 30.0;
/// Points: four and a half lines, so that a cut line shows that there are more.
const MAX_HEIGHT: f32 = 4.5 * ONE_LINE;
/// Points: narrower windows have the buttons below the text.
const NARROW: f32 = 560.0;
/// Points: on the right for the scroll bar, elsewhere padding.
const MARGIN: Margin = Margin { left: 12, right: 16, top: 3, bottom: 3 };

/// Button of a banner that was clicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BannerAction {
    Close,
    Recover(Command),
}

/// State of the strip as it was last drawn.
#[derive(Default)]
pub(crate) struct Strip {
    rows: Vec<BannerRow>,
    /// Height reserved for the strip, points.
    reserved: f32,
    /// Where the banners and the panels were drawn, screen points.
    shown: Option<Rect>,
    work: Option<Rect>,
    /// A banner was closed or opened by the user: the others move at once.
    by_hand: bool,
}

struct BannerRow {
    about: NoticeSource,
    /// Offset from the top of the first banner, points.
    top: f32,
    height: f32,
    /// Height that the content needs, points.
    needed: f32,
    /// The whole text is shown.
    is_open: bool,
}

/// Maximum height of the strip, points.
pub(crate) fn most_height(window: f32) -> f32 {
    (window / 4.0).clamp(ONE_LINE, MAX_HEIGHT)
}

impl Strip {
    /// Sets where the panels were drawn. Called after all panels around them.
    pub(crate) fn set_work(&mut self, work: Rect) {
        self.work = Some(work);
    }

    /// Draws the banners, newest first. Returns the button that was clicked.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        banners: &[Banner],
    ) -> Option<(NoticeSource, BannerAction)> {
        let ctx = ui.ctx().clone();
        self.place_rows(&ctx, banners);
        let content = self.rows.iter().map(|row| row.top + row.height).fold(0.0, f32::max);
        let needed = content.min(most_height(ctx.content_rect().height()));
        let holds = self.is_work_pointed_at(&ctx);
        if !holds && self.reserved != needed {
            self.reserved = needed;
            ctx.request_repaint();
        }
        let mut place = ui.available_rect_before_wrap();
        if self.reserved > 0.0 {
            let panel = egui::Panel::top("banners").frame(Frame::NONE).resizable(false).exact_size(self.reserved);
            place = panel.show_separator_line(false).show(ui, |ui| ui.max_rect()).inner;
        }
        if self.rows.is_empty() {
            self.shown = None;
            return None;
        }
        let height = if holds { needed.min(self.reserved.max(ONE_LINE)) } else { needed };
        let rect = Rect::from_min_size(place.left_top(), vec2(place.width(), height));
        self.shown = Some(rect);
        let area = Area::new(Id::new("banners")).order(Order::Middle).movable(false).constrain(false);
        let area = area.fixed_pos(rect.min).default_size(rect.size()).fade_in(false);
        let answer = area.show(&ctx, |ui| self.draw(ui, theme, banners, rect, content)).inner;
        self.by_hand |= answer.is_some();
        if self.by_hand || self.rows.iter().any(|row| row.needed != row.height) && !self.is_pointed_at(&ctx) {
            ctx.request_repaint();
        }
        answer
    }

    /// Stacks the banners, unless that would move the one under the pointer.
    fn place_rows(&mut self, ctx: &Context, banners: &[Banner]) {
        let by_hand = std::mem::take(&mut self.by_hand);
        let keeps_places = self.is_pointed_at(ctx) && !by_hand;
        let mut before = std::mem::take(&mut self.rows);
        let mut end = 0.0;
        if keeps_places {
            before.retain(|row| banners.iter().any(|banner| banner.about == row.about));
            end = before.iter().map(|row| row.top + row.height).fold(0.0, f32::max);
        }
        for banner in banners.iter().rev() {
            let known = before.iter().position(|row| row.about == banner.about).map(|at| before.swap_remove(at));
            let mut row = known.unwrap_or(BannerRow {
                about: banner.about,
                top: -1.0,
                height: ONE_LINE,
                needed: ONE_LINE,
                is_open: false,
            });
            if !keeps_places || row.top < 0.0 {
                (row.top, row.height) = (end, row.needed);
                end += row.height;
            }
            self.rows.push(row);
        }
    }

    fn is_pointed_at(&self, ctx: &Context) -> bool {
        let pointer = ctx.input(|input| input.pointer.latest_pos());
        self.shown.zip(pointer).is_some_and(|(shown, at)| shown.contains(at))
    }

    /// Whether the pointer is on the panels, or drags something other than a banner.
    fn is_work_pointed_at(&self, ctx: &Context) -> bool {
        let is_on_strip = |at| self.shown.is_some_and(|shown| shown.contains(at));
        let (pointer, pressed_at) = ctx.input(|input| {
            let pressed_at = input.pointer.press_origin().filter(|_| input.pointer.any_down());
            (input.pointer.latest_pos(), pressed_at)
        });
        let is_on_work = |at| self.work.is_some_and(|work| work.contains(at)) && !is_on_strip(at);
        pointer.is_some_and(is_on_work) || pressed_at.is_some_and(|at| !is_on_strip(at))
    }

    fn draw(
        &mut self,
        ui: &mut Ui,
        theme: &Theme,
        banners: &[Banner],
        rect: Rect,
        content: f32,
    ) -> Option<(NoticeSource, BannerAction)> {
        ui.painter().rect_filled(rect, 0, theme.panel);
        let line = egui::Stroke::new(1.0, theme.outline);
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
        ui.set_clip_rect(rect.intersect(ui.ctx().content_rect()));
        let hidden = self.rows.iter().filter(|row| row.top >= rect.height()).count();
        let mut answer = None;
        let list = ScrollArea::vertical().max_height(rect.height()).min_scrolled_height(rect.height());
        list.auto_shrink(false).show(&mut ui, |ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            let (whole, _) = ui.allocate_exact_size(vec2(rect.width(), content), egui::Sense::hover());
            for row in &mut self.rows {
                let Some(banner) = banners.iter().find(|banner| banner.about == row.about) else { continue };
                let top = whole.top() + row.top;
                let place = Rect::from_min_size(pos2(whole.left(), top), vec2(whole.width(), row.height));
                let more = if row.top == 0.0 { hidden } else { 0 };
                let builder = UiBuilder::new().id_salt(row.about).max_rect(place);
                let was_open = row.is_open;
                let given = ui.scope_builder(builder, |ui| {
                    ui.shrink_clip_rect(place);
                    draw_row(ui, theme, banner, row, more)
                });
                self.by_hand |= row.is_open != was_open;
                answer = given.inner.map(|answer| (row.about, answer)).or(answer);
            }
        });
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, line);
        answer
    }
}

fn draw_row(ui: &mut Ui, theme: &Theme, banner: &Banner, row: &mut BannerRow, more: usize) -> Option<BannerAction> {
    let (color, sign) = match banner.level {
        Level::Hint => (theme.accent, icon::INFO),
        Level::Warning => (theme.warning, icon::WARNING),
        Level::Error => (theme.error, icon::WARNING_CIRCLE),
    };
    let place = ui.max_rect();
    ui.painter().rect_filled(place, 0, color.gamma_multiply(0.14));
    let inner = place - MARGIN;
    let line_height = ONE_LINE - MARGIN.sum().y;
    let line = Rect::from_min_size(inner.min, vec2(inner.width(), line_height));
    let is_narrow = inner.width() < NARROW && !banner.recovery_commands.is_empty();
    let is_long = row.is_open || banner.text.contains('\n') || {
        // Width of icon and buttons, and the gaps between them.
        let natural = egui::WidgetText::from(banner.text.as_str());
        let natural = natural.into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, egui::TextStyle::Body);
        natural.size().x > inner.width() - 90.0 - if is_narrow { 0.0 } else { buttons_width(ui, banner) }
    };
    let mut answer = None;
    let mut right = ui.new_child(UiBuilder::new().max_rect(line).layout(Layout::right_to_left(Align::Center)));
    let name = |what: &str| format!("{what}: {}", shortened(&banner.text));
    let close = named(right.small_button(icon::X), WidgetType::Button, &name("Close"));
    reveal(&right, &close, place);
    if close.clicked() {
        answer = Some(BannerAction::Close);
    }
    if is_long {
        let (sign, what) = if row.is_open { (icon::CARET_UP, "Show less") } else { (icon::CARET_DOWN, "Show all") };
        let toggle = named(right.small_button(sign), WidgetType::Button, &name(what));
        reveal(&right, &toggle, place);
        row.is_open ^= toggle.clicked();
    }
    if more > 0 {
        right.label(RichText::new(format!("+{more}")).small().color(theme.text_weak)).on_hover_text("More messages");
    }
    if !is_narrow {
        answer = recovery_buttons(&mut right, banner, place, true).or(answer);
    }
    let text_right = right.min_rect().left() - 8.0;
    let left = ui.new_child(UiBuilder::new().max_rect(line).layout(Layout::left_to_right(Align::Center)));
    let mut left = left;
    left.label(RichText::new(sign).color(color).size(16.0));
    let text_left = left.min_rect().right() + 6.0;
    let text = Label::new(RichText::new(&banner.text).color(theme.text));
    let text_width = (text_right - text_left).max(40.0);
    let mut bottom = line.bottom();
    let response = if row.is_open {
        let room = Rect::from_min_size(pos2(text_left, inner.top() + 3.0), vec2(text_width, f32::INFINITY));
        let mut below = ui.new_child(UiBuilder::new().max_rect(room).layout(Layout::top_down(Align::Min)));
        let response = below.add(text.wrap().selectable(true));
        bottom = bottom.max(response.rect.bottom() + 3.0);
        response
    } else {
        let room = Rect::from_min_size(pos2(text_left, line.top()), vec2(text_width, line_height));
        let mut beside = ui.new_child(UiBuilder::new().max_rect(room).layout(Layout::left_to_right(Align::Center)));
        beside.add(text.truncate())
    };
    let live = if banner.level == Level::Error { Live::Assertive } else { Live::Polite };
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(live));
    if is_narrow {
        let room = Rect::from_min_size(pos2(inner.left(), bottom), vec2(inner.width(), line_height));
        let mut below = ui.new_child(
            UiBuilder::new().max_rect(room).layout(Layout::left_to_right(Align::Center).with_main_wrap(true)),
        );
        answer = recovery_buttons(&mut below, banner, place, false).or(answer);
        bottom = below.min_rect().bottom();
    }
    // Whole points, so that rounding does not change the height.
    row.needed = (bottom - inner.top() + MARGIN.sum().y).round().max(ONE_LINE);
    answer
}

fn recovery_buttons(ui: &mut Ui, banner: &Banner, place: Rect, from_right: bool) -> Option<BannerAction> {
    let mut answer = None;
    // In a right-to-left layout the first button comes last.
    let mut each: Vec<Command> = banner.recovery_commands.clone();
    if from_right {
        each.reverse();
    }
    for command in each {
        let button = ui.button(command.info().label).on_hover_text(command.info().tooltip);
        reveal(ui, &button, place);
        if button.clicked() {
            answer = Some(BannerAction::Recover(command));
        }
    }
    answer
}

/// Estimated width in points, to decide whether the text fits beside the buttons.
fn buttons_width(ui: &Ui, banner: &Banner) -> f32 {
    let width = |command: &Command| {
        let text = egui::WidgetText::from(command.info().label);
        let galley = text.into_galley(ui, Some(TextWrapMode::Extend), f32::INFINITY, egui::TextStyle::Button);
        galley.size().x + 2.0 * ui.spacing().button_padding.x + ui.spacing().item_spacing.x
    };
    banner.recovery_commands.iter().map(width).sum()
}

/// Tab may focus a banner that has to be scrolled into view.
fn reveal(ui: &Ui, response: &Response, place: Rect) {
    if response.gained_focus() {
        ui.scroll_to_rect(place, None);
    }
}

fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= MAX_CHARS {
        line.to_owned()
    } else {
        line.chars().take(MAX_CHARS).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests;
