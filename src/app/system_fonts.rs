//! Fonts of the system for characters that the built-in fonts lack: Chinese, Japanese, Korean, Arabic, Hebrew, Hindi, Thai, more emoji.
//!
//! Every text that was painted is looked through, which costs nothing for Latin text. For a character without a glyph, a thread searches the
//! installed fonts once and adds the best one as a fallback. Nothing is loaded for a person who needs none.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};

use egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use egui::{Context, FontData, FontFamily, FontId, FullOutput, RawInput, Shape};
use fontdb::{Database, FaceInfo, Stretch, Style};

/// Letters below are in the built-in fonts.
const FIRST_EXAMINED: char = '\u{250}';
/// Characters that one search looks for.
const MAX_SEARCHED: usize = 256;
/// Fonts that are added at most: each takes the memory of its file.
const MAX_FONTS: usize = 24;

/// An egui plugin, see the module documentation.
#[derive(Default)]
pub(crate) struct SystemFonts {
    /// Characters that were looked at already.
    examined: HashSet<char>,
    /// Characters without a glyph that are not being searched for yet.
    missing: Vec<char>,
    /// The installed fonts; away while a search is under way.
    finder: Finder,
    search: Option<Mutex<Receiver<SearchResult>>>,
    added: usize,
    /// Letters that no installed font has, to be reported.
    absent: Vec<char>,
}

/// The installed fonts, listed at the first search.
#[derive(Default)]
struct Finder {
    fonts: Option<Database>,
}

struct SearchResult {
    finder: Finder,
    fonts: Vec<FoundFont>,
    absent: Vec<char>,
}

struct FoundFont {
    name: String,
    bytes: Vec<u8>,
    index: u32,
}

impl egui::Plugin for SystemFonts {
    fn debug_name(&self) -> &'static str {
        "system fonts"
    }

    fn input_hook(&mut self, ctx: &Context, _input: &mut RawInput) {
        let received = |search: &Mutex<Receiver<SearchResult>>| {
            search.lock().unwrap_or_else(PoisonError::into_inner).try_recv().ok()
        };
        let Some(result) = self.search.as_ref().and_then(received) else { return };
        self.search = None;
        self.finder = result.finder;
        // A missing letter makes a text unreadable, a missing emoji does not.
        self.absent.extend(result.absent.into_iter().filter(|c| c.is_alphabetic()));
        for font in result.fonts {
            self.added += 1;
            let mut data = FontData::from_owned(font.bytes);
            data.index = font.index;
            let families = [FontFamily::Proportional, FontFamily::Monospace]
                .map(|family| InsertFontFamily { family, priority: FontPriority::Lowest });
            ctx.add_font(FontInsert::new(&font.name, data, families.to_vec()));
        }
        ctx.request_repaint();
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let mut new = Vec::new();
        output.shapes.iter().for_each(|clipped| self.examine(&clipped.shape, &mut new));
        if !new.is_empty() {
            let font = FontId::proportional(14.0);
            let lacks = |c: &char| ctx.fonts_mut(|fonts| !fonts.has_glyph(&font, *c));
            self.missing.extend(new.into_iter().filter(lacks));
        }
        if !self.missing.is_empty() && self.search.is_none() && self.added < MAX_FONTS {
            self.start_search(ctx);
        }
    }
}

impl SystemFonts {
    /// Letters that no installed font has, since this was asked last.
    pub(crate) fn take_absent(&mut self) -> Vec<char> {
        std::mem::take(&mut self.absent)
    }

    fn examine(&mut self, shape: &Shape, new: &mut Vec<char>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.examine(shape, new)),
            Shape::Text(text) if !text.galley.text().is_ascii() => {
                for c in text.galley.text().chars().filter(|&c| needs_glyph(c)) {
                    if self.examined.insert(c) {
                        new.push(c);
                    }
                }
            }
            _ => {}
        }
    }

    fn start_search(&mut self, ctx: &Context) {
        let rest = self.missing.split_off(self.missing.len().min(MAX_SEARCHED));
        let wanted = std::mem::replace(&mut self.missing, rest);
        let most = MAX_FONTS - self.added;
        let (mut finder, ctx, (sender, found)) = (std::mem::take(&mut self.finder), ctx.clone(), channel());
        let started = std::thread::Builder::new().name("scenewright-fonts".to_owned()).spawn(move || {
            let (fonts, absent) = finder.find(wanted, most, &Locale::of_user());
            // Fails only after the window was closed.
            if sender.send(SearchResult { finder, fonts, absent }).is_ok() {
                ctx.request_repaint();
            }
        });
        self.search = started.is_ok().then(|| Mutex::new(found));
    }
}

/// Icons of the built-in fonts lie in the private areas; joiners and selectors have no glyph of their own.
fn needs_glyph(c: char) -> bool {
    let is_private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    let is_format = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e01ef}');
    c >= FIRST_EXAMINED && !is_private && !is_format && !c.is_control()
}

impl Finder {
    /// The fonts that have the characters, as few as possible, and the characters that no font has.
    fn find(&mut self, mut wanted: Vec<char>, most: usize, locale: &Locale) -> (Vec<FoundFont>, Vec<char>) {
        let fonts: &Database = self.fonts.get_or_insert_with(|| {
            let mut fonts = Database::new();
            fonts.load_system_fonts();
            fonts
        });
        let mut found = Vec::new();
        while !wanted.is_empty() && found.len() < most {
            let best = fonts.faces().filter_map(|face| {
                let covered = covered(fonts, face, &wanted);
                (!covered.is_empty()).then(|| ((covered.len(), preference(face, locale)), face, covered))
            });
            let Some((_, face, has)) = best.max_by_key(|(score, ..)| *score) else { break };
            wanted.retain(|c| !has.contains(c));
            let bytes = fonts.with_face_data(face.id, |data, index| (data.to_vec(), index));
            if let Some((bytes, index)) = bytes {
                found.push(FoundFont { name: format!("{} {}", face.post_script_name, face.index), bytes, index });
            }
        }
        (found, wanted)
    }
}

/// The characters for which the face has an outline; color bitmaps cannot be painted.
fn covered(fonts: &Database, face: &FaceInfo, wanted: &[char]) -> Vec<char> {
    let covered = fonts.with_face_data(face.id, |data, index| {
        let face = ttf_parser::Face::parse(data, index).ok()?;
        let has = |c: &&char| face.glyph_index(**c).is_some_and(|glyph| face.glyph_bounding_box(glyph).is_some());
        Some(wanted.iter().filter(has).copied().collect())
    });
    covered.flatten().unwrap_or_default()
}

/// Larger for faces that look like the interface: upright, of normal weight, without serifs, made for the person's language.
fn preference(face: &FaceInfo, locale: &Locale) -> i32 {
    let family = face.families.first().map_or("", |(name, _)| name.as_str());
    let of_language = if locale.endings.iter().any(|ending| family.ends_with(ending)) { 400 } else { 0 };
    let upright = if face.style == Style::Normal { 200 } else { 0 };
    let sans = if family.contains("Serif") || family.contains("Mincho") || family.contains("Song") { 0 } else { 100 };
    let plain = if face.monospaced { 0 } else { 50 };
    let width = if face.stretch == Stretch::Normal { 50 } else { 0 };
    of_language + upright + sans + plain + width - (i32::from(face.weight.0) - 400).abs() / 4
}

/// Han characters are drawn in the way of the person's language, where there is a font for it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Locale {
    endings: &'static [&'static str],
}

impl Locale {
    fn of_user() -> Self {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
        Self::named(
            &names.filter_map(|name| std::env::var(name).ok()).find(|name| !name.is_empty()).unwrap_or_default(),
        )
    }

    fn named(name: &str) -> Self {
        let endings: &[&str] = match name {
            name if name.starts_with("ja") => &[" JP"],
            name if name.starts_with("ko") => &[" KR"],
            name if name.starts_with("zh_HK") => &[" HK", " TC"],
            name if name.starts_with("zh_TW") => &[" TC", " TW"],
            _ => &[" SC", " CN"],
        };
        Self { endings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database with a font that is surely there: one of the window's own.
    fn finder() -> Finder {
        let mut fonts = Database::new();
        for data in egui::FontDefinitions::default().font_data.values() {
            fonts.load_font_data(data.font.to_vec());
        }
        Finder { fonts: Some(fonts) }
    }

    #[test]
    fn a_font_is_found_by_its_characters() {
        let (fonts, absent) = finder().find(vec!['ж', '\u{10ffff}'], 4, &Locale::named("de_DE"));
        assert_eq!((fonts.len(), absent), (1, vec!['\u{10ffff}']));
        assert!(ttf_parser::Face::parse(&fonts[0].bytes, fonts[0].index).unwrap().glyph_index('ж').is_some());
    }

    #[test]
    fn only_text_that_may_lack_a_glyph_is_examined() {
        assert!(['漢', 'ش', 'ก', 'अ', 'ש', '🦒'].into_iter().all(needs_glyph));
        assert!(!['a', 'é', '\n', '\u{200d}', '\u{fe0f}', '\u{e004}'].into_iter().any(needs_glyph));
    }

    #[test]
    fn han_characters_follow_the_language() {
        assert_eq!(Locale::named("ja_JP.UTF-8").endings, [" JP"]);
        assert_eq!(Locale::named("").endings, [" SC", " CN"]);
    }
}
