//! Plot of the losses over the steps.

use egui::{Button, Color32, RichText, Slider, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;
use egui_plot::{Line, LineStyle, Plot, PlotPoint, PlotPoints, VLine};

use super::prefs::TrainingPrefs;
use super::{TrainingAction, grouped};
use crate::app::Theme;
use crate::app::widgets::{icon_button, icon_toggle, weak};
use crate::engine::training::{LossCurve, RunView};

/// Curves that are shown by default.
const SHOWN_BY_DEFAULT: [&str; 2] = ["total_loss", "val_loss"];
/// Values that are not losses and do not belong in this plot.
const NOT_HERE: [&str; 3] = ["images_per_second", "waited_millis", "learning_rate"];
const HEIGHT: f32 = 230.0;
/// Smallest value on a logarithmic scale.
const MIN_LOG_VALUE: f64 = 1e-9;

pub(crate) fn show(
    ui: &mut Ui,
    prefs: &mut TrainingPrefs,
    run: &RunView,
    theme: &Theme,
    actions: &mut Vec<TrainingAction>,
) {
    let mut curves: Vec<&LossCurve> =
        run.curves.curves.iter().filter(|curve| !NOT_HERE.contains(&curve.name.as_str())).collect();
    if curves.iter().all(|curve| curve.points.is_empty()) {
        ui.label(weak(theme, "Losses appear here from the first step on."));
        return;
    }
    // Default curves first.
    curves.sort_by_key(|curve| {
        SHOWN_BY_DEFAULT.iter().position(|name| *name == curve.name).unwrap_or(SHOWN_BY_DEFAULT.len())
    });
    let mut fits = false;
    ui.horizontal_wrapped(|ui| {
        if icon_toggle(ui, prefs.log_scale, icon::CHART_LINE, "Logarithmic scale").clicked() {
            prefs.log_scale = !prefs.log_scale;
            fits = true;
        }
        fits |= icon_button(ui, icon::FRAME_CORNERS, "Show the whole run").clicked();
        if icon_button(ui, icon::EXPORT, "Export the numbers as CSV").clicked() {
            actions.push(TrainingAction::Export);
        }
        let smoothing = ui.add(Slider::new(&mut prefs.smoothing, 0.0..=0.99).show_value(false));
        smoothing.widget_info(|| WidgetInfo::slider(true, f64::from(prefs.smoothing), "Smoothing"));
        smoothing.on_hover_text("Smoothing: weight of earlier points");
        ui.label(weak(theme, "smooth").small());
    });
    let is_shown = |prefs: &TrainingPrefs, name: &str| {
        let shown_by_default = SHOWN_BY_DEFAULT.contains(&name);
        (shown_by_default && !prefs.hidden.contains(name)) || (!shown_by_default && prefs.shown.contains(name))
    };
    let drawn: Vec<(usize, &LossCurve)> =
        curves.iter().enumerate().filter(|(_, curve)| is_shown(prefs, &curve.name)).map(|(at, c)| (at, *c)).collect();
    draw(ui, prefs, run, theme, &drawn, fits);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
        for (at, curve) in curves.iter().enumerate().filter(|(_, curve)| !curve.points.is_empty()) {
            let on = is_shown(prefs, &curve.name);
            if curve_toggle(ui, theme, on, color_of(theme, at), curve).clicked() {
                let shown_by_default = SHOWN_BY_DEFAULT.contains(&curve.name.as_str());
                let (set, add) = if shown_by_default { (&mut prefs.hidden, on) } else { (&mut prefs.shown, !on) };
                if add {
                    set.insert(curve.name.clone())
                } else {
                    set.remove(&curve.name)
                };
            }
        }
    });
}

/// A curve in plot coordinates.
struct DrawnCurve<'a> {
    raw: Vec<PlotPoint>,
    /// The smoothed curve, if smoothing is on.
    smoothed: Option<Vec<PlotPoint>>,
    name: &'a str,
    color: Color32,
}

fn draw(ui: &mut Ui, prefs: &TrainingPrefs, run: &RunView, theme: &Theme, drawn: &[(usize, &LossCurve)], fits: bool) {
    let log = prefs.log_scale;
    let value = move |y: f64| if log { y.max(MIN_LOG_VALUE).log10() } else { y };
    let back = move |y: f64| if log { 10f64.powf(y) } else { y };
    // Each run has its own zoom.
    let mut plot = Plot::new(("losses", &run.path, log))
        .height(HEIGHT)
        .allow_scroll(false)
        .show_background(false)
        .grid_color(theme.grid)
        .x_axis_formatter(|mark, _| if mark.value < 0.0 { String::new() } else { grouped(mark.value.round() as u64) })
        .y_axis_formatter(move |mark, _| number(back(mark.value)))
        .label_formatter(move |at| {
            let at = match at {
                egui_plot::HoverPosition::NearDataPoint { plot_name, position, .. } => (Some(*plot_name), position),
                egui_plot::HoverPosition::Elsewhere { position } => (None, position),
            };
            let place = format!("step {}\n{}", grouped(at.1.x.max(0.0).round() as u64), number(back(at.1.y)));
            Some(at.0.filter(|name| !name.is_empty()).map_or_else(|| place.clone(), |name| format!("{name}\n{place}")))
        });
    if fits {
        plot = plot.reset();
    }
    let lines: Vec<DrawnCurve<'_>> = drawn
        .iter()
        .map(|(at, curve)| {
            let is_held_out = curve.name.starts_with("val_");
            let smooth = f64::from(prefs.smoothing);
            let smoothed = (smooth > 0.0 && !is_held_out).then(|| points(smoothed(&curve.points, smooth), value));
            let raw = points(curve.points.iter().copied(), value);
            DrawnCurve { raw, smoothed, name: &curve.name, color: color_of(theme, *at) }
        })
        .collect();
    let (best, begins) = (run.best.map(|(_, step)| step), run.phases_after_the_first());
    let shown = plot.show(ui, |plot| {
        for DrawnCurve { raw, smoothed, name, color } in lines {
            let faint = if smoothed.is_some() { color.gamma_multiply(0.28) } else { color };
            plot.line(Line::new(name.to_owned(), PlotPoints::Owned(raw)).color(faint).width(1.2));
            if let Some(smoothed) = smoothed {
                plot.line(Line::new(name.to_owned(), PlotPoints::Owned(smoothed)).color(color).width(2.0));
            }
        }
        let style = LineStyle::dashed_loose();
        for step in begins {
            plot.vline(VLine::new("pictures begin", step as f64).color(theme.text_weak).width(1.0).style(style));
        }
        if let Some(step) = best {
            plot.vline(VLine::new("best on held-out scenes", step as f64).color(theme.met).width(1.0).style(style));
        }
    });
    let values: Vec<String> =
        drawn.iter().filter_map(|(_, curve)| Some(format!("{} {}", curve.name, number(curve.last?)))).collect();
    let values = format!("Losses at step {}: {}", run.step, values.join(", "));
    shown.response.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, &values));
    ui.label(
        weak(theme, "Drag to pan, Ctrl+wheel to zoom, right-drag to zoom to a region, double-click to reset").small(),
    );
}

fn points(points: impl IntoIterator<Item = [f64; 2]>, value: impl Fn(f64) -> f64) -> Vec<PlotPoint> {
    points.into_iter().map(|[x, y]| PlotPoint::new(x, value(y))).collect()
}

/// Exponential moving average with bias correction: early points are not drawn towards zero.
pub(crate) fn smoothed(points: &[[f64; 2]], past: f64) -> Vec<[f64; 2]> {
    let (mut sum, mut weight) = (0.0, 0.0);
    let smooth = |&[x, y]: &[f64; 2]| {
        (sum, weight) = (past * sum + (1.0 - past) * y, past * weight + (1.0 - past));
        [x, sum / weight]
    };
    points.iter().map(smooth).collect()
}

/// Toggle of a curve with its name and last value.
fn curve_toggle(ui: &mut Ui, theme: &Theme, on: bool, color: Color32, curve: &LossCurve) -> egui::Response {
    let last = curve.last.map(number).unwrap_or_default();
    let dot = if on { color } else { theme.edge };
    let text =
        RichText::new(format!("{}  {last}", curve.name)).small().color(if on { theme.text } else { theme.text_weak });
    let button = Button::selectable(on, (RichText::new(icon::CIRCLE).size(9.0).color(dot), text)).small();
    let response = ui.add(button);
    let name = format!("Curve {}", curve.name);
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, on, &name));
    response.on_hover_text("Show or hide this curve")
}

fn color_of(theme: &Theme, at: usize) -> Color32 {
    theme.curves[at % theme.curves.len()]
}

fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if !(0.001..10_000.0).contains(&size) => format!("{value:.1e}"),
        size if size < 1.0 => format!("{value:.4}"),
        size if size < 100.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smoothing_follows_and_does_not_begin_at_zero() {
        let flat: Vec<[f64; 2]> = (0..50).map(|x| [f64::from(x), 3.0]).collect();
        assert!(smoothed(&flat, 0.95).iter().all(|[_, y]| (y - 3.0).abs() < 1e-9));
        let noisy: Vec<[f64; 2]> = (0..200).map(|x| [f64::from(x), f64::from(x % 2)]).collect();
        let calm = smoothed(&noisy, 0.95);
        assert!(calm[150..].iter().all(|[_, y]| (y - 0.5).abs() < 0.05));
        assert_eq!(smoothed(&noisy, 0.0), noisy);
    }

    #[test]
    fn numbers_keep_what_matters() {
        for (value, text) in
            [(0.0, "0"), (0.12345, "0.1235"), (1.5, "1.50"), (512.3, "512"), (1e-5, "1.0e-5"), (2e6, "2.0e6")]
        {
            assert_eq!(number(value), text);
        }
    }
}
