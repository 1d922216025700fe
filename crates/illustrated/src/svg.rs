//! The source of one drawing, checked: what it may hold, where its anchors lie, and which of its colors may change.
//! Nothing is rasterized here.

use std::borrow::Cow;
use std::ops::Range;

use roxmltree::{Document, Node, ParsingOptions};

use super::color::{self, Rgb};
use super::sprite_error::SpriteProblem;

pub(crate) const MAX_BYTES: u64 = 512 * 1024;
pub(crate) const MAX_ELEMENTS: usize = 4000;
const MAX_SIDE: f32 = 10_000.0;
/// A drawing has no use for larger numbers; an arc of such a radius keeps the renderer busy for minutes.
const MOST_NUMBER: f64 = 1e6;
/// Attributes of numbers. Those of the editor that made the drawing are not looked at.
const GEOMETRY: [&str; 27] = [
    "d",
    "points",
    "transform",
    "gradientTransform",
    "style",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "fx",
    "fy",
    "fr",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "offset",
    "stroke-width",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-miterlimit",
    "viewBox",
];
/// Longer shapes have no use as a sprite and make rasters of one pixel's height.
const MAX_RATIO: f32 = 20.0;

const SVG_NAMESPACE: &str = "http://www.w3.org/2000/svg";
const ELEMENTS: [&str; 19] = [
    "svg",
    "path",
    "rect",
    "circle",
    "ellipse",
    "polygon",
    "polyline",
    "line",
    "g",
    "defs",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "use",
    "title",
    "desc",
    "metadata",
];
const COLOR_ATTRIBUTES: [&str; 3] = ["fill", "stroke", "stop-color"];

/// A drawing that passed the checks.
#[derive(Debug)]
pub struct Svg {
    text: Cow<'static, str>,
    /// x, y, width, height.
    pub view_box: [f32; 4],
    /// Color slots and their base colors, in the order of `data-slots`.
    pub slots: Vec<(String, Rgb)>,
    pub paints: Vec<Paint>,
    pub anchors: RawAnchors,
}

/// One color of the drawing that may change, and everywhere it is written.
#[derive(Debug)]
pub struct Paint {
    pub role: SvgRole,
    pub color: Rgb,
    spots: Vec<Range<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SvgRole {
    /// Index into `Svg::slots`.
    Slot(usize),
    /// A lit window or a lamp: keeps its color, but shines at night.
    Lamp,
    /// The glass of a house or a bus: dark by day, it may be lit by night.
    Glass,
    /// The glass of a window in a wall, through which one sees the light outdoors.
    Pane,
}

/// Anchors in viewBox units.
#[derive(Debug, Default)]
pub struct RawAnchors {
    pub hand: Option<[f32; 2]>,
    pub grip: Option<[f32; 2]>,
    pub seat: Option<[f32; 2]>,
    pub(crate) hip: Option<[f32; 2]>,
    /// y, x0, x1.
    pub top: Option<[f32; 3]>,
    /// x, y, width, height each.
    pub windows: Vec<[f32; 4]>,
}

impl Svg {
    /// Colors without a slot become paints where `role_of` gives them a role.
    pub(crate) fn new(text: Cow<'static, str>, role_of: fn(Rgb) -> Option<SvgRole>) -> Result<Self, SpriteProblem> {
        if text.len() as u64 > MAX_BYTES {
            return Err(SpriteProblem::TooManyBytes { bytes: text.len() as u64, limit: MAX_BYTES });
        }
        // Entities of a DOCTYPE can blow up to any size, so it is refused.
        let options = ParsingOptions { allow_dtd: false, nodes_limit: 20 * MAX_ELEMENTS as u32, ..Default::default() };
        let document = Document::parse_with_options(&text, options).map_err(|error| match error {
            roxmltree::Error::NodesLimitReached => {
                SpriteProblem::TooManyElements { elements: 20 * MAX_ELEMENTS, limit: MAX_ELEMENTS }
            }
            error => SpriteProblem::CorruptSvg(error.to_string()),
        })?;
        let root = document.root_element();
        if root.tag_name().name() != "svg" {
            return Err(SpriteProblem::CorruptSvg(format!("its root is <{}>, not <svg>", root.tag_name().name())));
        }
        check_elements(&document)?;
        check_repeats(&document)?;
        let view_box = view_box(root)?;
        let slots = slots(root)?;
        let anchors = RawAnchors {
            hand: numbers(root, "data-hand")?,
            grip: numbers(root, "data-grip")?,
            seat: numbers(root, "data-seat")?,
            hip: numbers(root, "data-hip")?,
            top: numbers(root, "data-top")?,
            windows: windows(root)?,
        };
        let paints = paints(root, &slots, role_of);
        Ok(Self { view_box, slots, paints, anchors, text })
    }

    /// The source with other colors for its paints.
    pub(crate) fn with_colors(&self, color_of: impl Fn(usize) -> [u8; 3]) -> String {
        let mut spots: Vec<(&Range<usize>, usize)> = Vec::new();
        for (index, paint) in self.paints.iter().enumerate() {
            spots.extend(paint.spots.iter().map(|spot| (spot, index)));
        }
        spots.sort_by_key(|(spot, _)| spot.start);
        let mut out = String::with_capacity(self.text.len() + 8 * spots.len());
        let mut done = 0;
        for (spot, paint) in spots {
            let [r, g, b] = color_of(paint);
            out.push_str(&self.text[done..spot.start]);
            out.push_str(&format!("#{r:02x}{g:02x}{b:02x}"));
            done = spot.end;
        }
        out.push_str(&self.text[done..]);
        out
    }
}

fn check_elements(document: &Document<'_>) -> Result<(), SpriteProblem> {
    let line = |node: Node<'_, '_>| document.text_pos_at(node.range().start).row;
    let mut elements = 0;
    for node in document.descendants().filter(Node::is_element) {
        elements += 1;
        let foreign = node.tag_name().namespace().is_some_and(|namespace| namespace != SVG_NAMESPACE);
        if foreign {
            continue; // A drawing program's notes, which no renderer looks at.
        }
        if !ELEMENTS.contains(&node.tag_name().name()) {
            let element = node.tag_name().name().to_owned();
            return Err(SpriteProblem::ForbiddenElement { element, line: line(node) });
        }
        for attribute in node.attributes() {
            let value = attribute.value().trim();
            if GEOMETRY.contains(&attribute.name())
                && let Some(number) = huge_number(value)
            {
                return Err(SpriteProblem::HugeNumber { number: number.to_owned(), line: line(node) });
            }
            let outside = match attribute.name() {
                "href" => !value.starts_with('#'),
                _ => value.contains("url(") && !value.replace(['"', '\'', ' '], "").contains("url(#"),
            };
            if outside {
                return Err(SpriteProblem::ForbiddenLink {
                    target: value.chars().take(60).collect(),
                    line: line(node),
                });
            }
        }
    }
    if elements > MAX_ELEMENTS {
        return Err(SpriteProblem::TooManyElements { elements, limit: MAX_ELEMENTS });
    }
    Ok(())
}

/// The first number of a text that is beyond [`MOST_NUMBER`]. Colors are no numbers.
fn huge_number(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'#' {
            at += 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            continue;
        }
        let start = at;
        at += digits(at);
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            at += digits(at);
        }
        if at == start {
            at += 1;
            continue;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let exponent = digits((at + 1 + sign).min(bytes.len()));
            at += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
        let number = &text[start..at];
        if number.parse::<f64>().is_ok_and(|value| value > MOST_NUMBER) {
            return Some(number);
        }
    }
    None
}

/// Counts the elements that are drawn when every `use` shows what it refers to: a few lines can mean thousands of millions.
fn check_repeats(document: &Document<'_>) -> Result<(), SpriteProblem> {
    let is_use = |node: &Node<'_, '_>| node.is_element() && node.tag_name().name() == "use";
    let target = |node: Node<'_, '_>| {
        let link = node.attributes().find(|attribute| attribute.name() == "href")?.value().trim().strip_prefix('#')?;
        document.descendants().find(|other| other.attribute("id") == Some(link))
    };
    // Elements still to be counted; what is used is pushed as often as it is used.
    let mut waiting = vec![document.root()];
    let mut elements = 0;
    while let Some(root) = waiting.pop() {
        for node in root.descendants().filter(Node::is_element) {
            elements += 1;
            if is_use(&node) {
                waiting.extend(target(node));
            }
            if elements > MAX_ELEMENTS {
                return Err(SpriteProblem::TooManyElements { elements, limit: MAX_ELEMENTS });
            }
        }
    }
    Ok(())
}

fn view_box(root: Node<'_, '_>) -> Result<[f32; 4], SpriteProblem> {
    let side = |name| root.attribute(name).and_then(|text: &str| text.trim().trim_end_matches("px").parse().ok());
    let found = match root.attribute("viewBox") {
        Some(text) => parse_numbers(text).ok_or_else(|| SpriteProblem::BadViewBox(text.to_owned()))?,
        None => match (side("width"), side("height")) {
            (Some(width), Some(height)) => [0.0, 0.0, width, height],
            _ => return Err(SpriteProblem::BadViewBox("it is missing".to_owned())),
        },
    };
    let [_, _, width, height]: [f32; 4] = found;
    let sound = [width, height].iter().all(|side| (1.0..=MAX_SIDE).contains(side))
        && (1.0 / MAX_RATIO..=MAX_RATIO).contains(&(width / height));
    if sound { Ok(found) } else { Err(SpriteProblem::BadViewBox(format!("its sides are {width} and {height}"))) }
}

fn slots(root: Node<'_, '_>) -> Result<Vec<(String, Rgb)>, SpriteProblem> {
    let text = root.attribute("data-slots").unwrap_or_default();
    let slot = |entry: &str| {
        let (name, base) = entry.split_once(':')?;
        Some((name.to_owned(), color::from_hex(base)?))
    };
    text.split_whitespace().map(|entry| slot(entry).ok_or_else(|| bad_attribute("data-slots", entry))).collect()
}

fn paints(root: Node<'_, '_>, slots: &[(String, Rgb)], role_of: fn(Rgb) -> Option<SvgRole>) -> Vec<Paint> {
    let mut paints: Vec<Paint> = Vec::new();
    for node in root.descendants().filter(Node::is_element) {
        let slot = node.attribute("class").and_then(|class| slots.iter().position(|(name, _)| name == class.trim()));
        for attribute in node.attributes().filter(|attribute| COLOR_ATTRIBUTES.contains(&attribute.name())) {
            let Some(color) = color::from_hex(attribute.value()) else { continue };
            let Some(role) = slot.map(SvgRole::Slot).or_else(|| role_of(color)) else { continue };
            match paints.iter_mut().find(|paint| paint.role == role && paint.color == color) {
                Some(paint) => paint.spots.push(attribute.range_value()),
                None => paints.push(Paint { role, color, spots: vec![attribute.range_value()] }),
            }
        }
    }
    paints
}

fn windows(root: Node<'_, '_>) -> Result<Vec<[f32; 4]>, SpriteProblem> {
    let Some(text) = root.attribute("data-windows") else { return Ok(Vec::new()) };
    text.split(';')
        .filter(|entry| !entry.trim().is_empty())
        .map(|entry| parse_numbers(entry).ok_or_else(|| bad_attribute("data-windows", entry)))
        .collect()
}

fn numbers<const N: usize>(root: Node<'_, '_>, attribute: &str) -> Result<Option<[f32; N]>, SpriteProblem> {
    let Some(text) = root.attribute(attribute) else { return Ok(None) };
    parse_numbers(text).map(Some).ok_or_else(|| bad_attribute(attribute, text))
}

fn parse_numbers<const N: usize>(text: &str) -> Option<[f32; N]> {
    let numbers: Option<Vec<f32>> = text
        .split([',', ' ', '\n', '\t', '\r'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<f32>().ok().filter(|number| number.is_finite()))
        .collect();
    numbers?.try_into().ok()
}

fn bad_attribute(attribute: &str, value: &str) -> SpriteProblem {
    SpriteProblem::BadAttribute { attribute: attribute.to_owned(), value: value.chars().take(60).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(root_attributes: &str, body: &str) -> Result<Svg, SpriteProblem> {
        let text = format!("<svg xmlns=\"{SVG_NAMESPACE}\" {root_attributes}>{body}</svg>");
        Svg::new(text.into(), |_| None)
    }

    #[test]
    fn only_the_colors_of_slots_are_rewritten() {
        let source = svg(
            "viewBox=\"0 0 10 10\" data-slots=\"body:#ff0000\"",
            "<rect class=\"body\" fill=\"#f00\"/><path fill=\"#f00\" class='body' stroke='#aa0000'/><g fill=\"#f00\"/>",
        )
        .unwrap();
        assert_eq!(source.paints.len(), 2);
        let text = source.with_colors(|paint| [[1, 2, 3], [4, 5, 6]][paint]);
        assert!(text.contains("<rect class=\"body\" fill=\"#010203\"/>"), "{text}");
        assert!(text.contains("<path fill=\"#010203\" class='body' stroke='#040506'/><g fill=\"#f00\"/>"), "{text}");
    }

    #[test]
    fn each_fault_is_named() {
        let tight = "viewBox=\"0 0 10 10\"";
        let corrupt = Svg::new("<svg".into(), |_| None).unwrap_err();
        assert!(matches!(corrupt, SpriteProblem::CorruptSvg(_)), "{corrupt}");
        let bomb = Svg::new("<!DOCTYPE svg [<!ENTITY a \"b\">]><svg/>".into(), |_| None).unwrap_err();
        assert!(matches!(bomb, SpriteProblem::CorruptSvg(_)), "{bomb}");
        let huge = Svg::new(" ".repeat(MAX_BYTES as usize + 1).into(), |_| None).unwrap_err();
        assert!(matches!(huge, SpriteProblem::TooManyBytes { .. }), "{huge}");
        let many = svg(tight, &"<g/>".repeat(MAX_ELEMENTS + 1)).unwrap_err();
        assert!(matches!(many, SpriteProblem::TooManyElements { .. }), "{many}");
        for part in [
            "<path d=\"M1 1A-1e38 4.8 0 0 1 13.4 25.3z\"/>",
            "<path d=\"M1-1000001,2\"/>",
            "<circle r=\"99999999999999999999\"/>",
            "<g transform=\"scale(1e300)\"/>",
        ] {
            let huge = svg(tight, part).unwrap_err();
            assert!(matches!(huge, SpriteProblem::HugeNumber { line: 1, .. }), "{part}: {huge}");
        }
        svg(tight, "<path d=\"M1.5.5-3e-5 1e3\" style=\"fill:#99999999\" id=\"path99999999\"/>").unwrap();
        for sides in [
            "",
            "viewBox=\"\"",
            "viewBox=\"0 0 0 10\"",
            "viewBox=\"0 0 1 NaN\"",
            "viewBox=\"0 0 20000 20000\"",
            "viewBox=\"0 0 900 2\"",
        ] {
            let error = svg(sides, "").unwrap_err();
            assert!(matches!(error, SpriteProblem::BadViewBox(_)), "{sides}: {error}");
        }
        for element in ["text", "image", "script", "filter", "style", "foreignObject", "a"] {
            let error = svg(tight, &format!("\n<{element}/>")).unwrap_err();
            assert_eq!(error, SpriteProblem::ForbiddenElement { element: element.to_owned(), line: 2 });
        }
        for link in ["<use href=\"other.svg#a\"/>", "<rect fill=\"url(http://a/b)\"/>"] {
            let error = svg(tight, link).unwrap_err();
            assert!(matches!(error, SpriteProblem::ForbiddenLink { .. }), "{link}: {error}");
        }
        for wrong in [
            "data-slots=\"body\"",
            "data-slots=\"body:red\"",
            "data-hand=\"3\"",
            "data-top=\"1,2\"",
            "data-windows=\"1,2,3\"",
        ] {
            let error = svg(&format!("{tight} {wrong}"), "").unwrap_err();
            assert!(matches!(error, SpriteProblem::BadAttribute { .. }), "{wrong}: {error}");
        }
    }
}
