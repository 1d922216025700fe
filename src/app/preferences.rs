//! Preferences that are saved between runs. They are written when something has changed, which is cheap to check.

use std::path::PathBuf;
use std::sync::Arc;

use super::dock::Dock;
use super::exporting::ExportSettings;
use super::files::Files;
use super::palette::PalettePrefs;
use super::panels::Panels;
use super::picture::PictureSettings;
use super::training::TrainingPrefs;
use scenewright_document::{Folders, Recent, Settings, SettingsNotice, ThemeChoice};

/// Allowed interface scales.
pub(crate) const SCALES: std::ops::RangeInclusive<f32> = 0.75..=3.0;
const MOST_SENTENCES: usize = 100;

/// Keys of the editor's own entries in the settings file.
const SENTENCES: &str = "sentences";
const PANELS: &str = "panels";
const WORDS: &str = "words";
const PICTURE: &str = "picture";
const EXPORT: &str = "export";
const TRAINING: &str = "training";
const TOUR: &str = "tour_seen";

pub(crate) struct Preferences {
    pub settings: Settings,
    /// Earlier sentences, oldest first.
    pub sentences: Vec<String>,
    pub export: ExportSettings,
    file: Option<PathBuf>,
    /// The preferences as last written or read.
    saved: Option<SavedPreferences>,
    /// Something was kept that [`SavedPreferences`] does not hold.
    has_new_notes: bool,
}

struct SavedPreferences {
    look: ThemeChoice,
    scale: f32,
    model: Option<String>,
    recent: Recent,
    sentences: Vec<String>,
    export: ExportSettings,
    words: PalettePrefs,
    picture: PictureSettings,
    training: TrainingPrefs,
    /// [`Dock::fingerprint`].
    panels: u64,
}

/// Preferences of the panels.
type PanelPrefs<'a> = (&'a PalettePrefs, &'a PictureSettings, &'a TrainingPrefs);

/// Everything that is restored from the last run.
pub(crate) struct LoadedPreferences {
    pub preferences: Preferences,
    pub(crate) dock: Dock,
    pub panels: Panels,
    pub notice: Option<SettingsNotice>,
}

impl Preferences {
    /// Loads the settings; errors in them never prevent the start. Blocks on the disk once, before the window opens.
    pub(crate) fn load(folders: Option<&Folders>) -> LoadedPreferences {
        let file = folders.map(Folders::settings_file);
        let (settings, notice) = file.as_deref().map(Settings::load).unwrap_or_default();
        let mut sentences: Vec<String> = settings.stored(SENTENCES).unwrap_or_default();
        shorten(&mut sentences);
        let panels = Panels::new(
            settings.stored(WORDS).unwrap_or_default(),
            settings.stored(PICTURE).unwrap_or_default(),
            settings.stored(TRAINING).unwrap_or_default(),
        );
        let dock = Dock::read(&settings.stored(PANELS).unwrap_or_default());
        let export = settings.stored(EXPORT).unwrap_or_default();
        LoadedPreferences {
            preferences: Self { settings, sentences, export, file, saved: None, has_new_notes: false },
            dock,
            panels,
            notice,
        }
    }

    /// Whether the program has never been used on this machine, as far as the settings tell.
    pub(crate) fn is_first_run(&self) -> bool {
        let was_used = self.settings.stored::<bool>(TOUR).unwrap_or_default();
        self.file.is_some() && !was_used && self.sentences.is_empty() && self.settings.recent.files().is_empty()
    }

    /// The tour was left or seen to its end: it is not shown again by itself.
    pub(crate) fn end_tour(&mut self) {
        if self.file.is_some() {
            self.settings.store(TOUR, &true);
            self.has_new_notes = true;
        }
    }

    pub(crate) fn set_scale(&mut self, scale: f32) {
        let scale = if scale.is_finite() { scale } else { 1.0 };
        self.settings.interface_scale = scale.clamp(*SCALES.start(), *SCALES.end());
    }

    pub(crate) fn record_sentence(&mut self, sentence: &str) {
        self.sentences.retain(|known| known != sentence);
        self.sentences.push(sentence.to_owned());
        shorten(&mut self.sentences);
    }

    /// Saves the settings if something has changed since the last time.
    pub(crate) fn update(&mut self, dock: &Dock, panels: &Panels, files: &Files) {
        let Some(path) = self.file.clone() else { return };
        let prefs = (&panels.objects.prefs, &panels.picture.settings, &panels.training.prefs);
        let panels = dock.fingerprint();
        match &self.saved {
            Some(known) if !self.has_new_notes && self.is_saved(known, prefs, panels) => return,
            // What was loaded is on disk already.
            None => return self.saved = Some(self.to_saved(prefs, panels)),
            Some(_) => {}
        }
        self.settings.store(SENTENCES, &self.sentences);
        self.settings.store(PANELS, &dock.to_value());
        let (words, picture, training) = prefs;
        self.settings.store(WORDS, words);
        self.settings.store(PICTURE, picture);
        self.settings.store(TRAINING, training);
        self.settings.store(EXPORT, &self.export);
        // If the queue is full, the next frame tries again.
        if files.save_settings(Arc::from(path), self.settings.clone()) {
            self.saved = Some(self.to_saved(prefs, panels));
            self.has_new_notes = false;
        }
    }

    fn is_saved(&self, known: &SavedPreferences, (words, picture, training): PanelPrefs<'_>, panels: u64) -> bool {
        let Settings { look, interface_scale, model, recent, .. } = &self.settings;
        (known.look, known.scale, known.panels) == (*look, *interface_scale, panels)
            && known.model == *model
            && known.recent == *recent
            && known.sentences == self.sentences
            && known.export == self.export
            && known.words == *words
            && known.picture == *picture
            && known.training == *training
    }

    fn to_saved(&self, (words, picture, training): PanelPrefs<'_>, panels: u64) -> SavedPreferences {
        let Settings { look, interface_scale, model, recent, .. } = self.settings.clone();
        SavedPreferences {
            look,
            scale: interface_scale,
            model,
            recent,
            sentences: self.sentences.clone(),
            export: self.export.clone(),
            words: words.clone(),
            picture: picture.clone(),
            training: training.clone(),
            panels,
        }
    }
}

fn shorten(sentences: &mut Vec<String>) {
    let surplus = sentences.len().saturating_sub(MOST_SENTENCES);
    sentences.drain(..surplus);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_stay_short_and_scales_sane() {
        let mut preferences = Preferences::load(None).preferences;
        (0..200).for_each(|n| preferences.record_sentence(&format!("add sheep {}", n % 150)));
        assert_eq!(preferences.sentences.len(), MOST_SENTENCES);
        assert_eq!(preferences.sentences.last().unwrap(), "add sheep 49");
        for (requested, given) in [(9.0, 3.0), (0.1, 0.75), (f32::NAN, 1.0), (1.5, 1.5)] {
            preferences.set_scale(requested);
            assert_eq!(preferences.settings.interface_scale, given);
        }
    }
}
