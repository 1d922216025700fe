//! What the program remembers: settings and recent files.

use scenewright_document::*;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

#[test]
fn settings_come_back_with_what_they_do_not_know() {
    let home = TempDir::new().unwrap();
    let path = Folders::under(home.path()).settings_file();
    assert_eq!(Settings::load(&path), (Settings::default(), None), "no file is no trouble");
    let mut settings = Settings { look: ThemeChoice::Dark, interface_scale: 1.5, ..Settings::default() };
    settings.recent.add(Path::new("/scenes/sheep.json"));
    settings.store("arrangement", &vec![1, 2, 3]);
    settings.save(&path).unwrap();
    let mut value: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    value["of_another_version"] = json!({"kept": true});
    fs::write(&path, value.to_string()).unwrap();
    let (mut again, notice) = Settings::load(&path);
    assert_eq!(notice, None);
    assert_eq!(again.stored::<Vec<u8>>("arrangement"), Some(vec![1, 2, 3]));
    assert_eq!(again.stored::<String>("arrangement"), None, "another type than it was");
    assert_eq!(again.extra.shift_remove("of_another_version"), Some(json!({"kept": true})));
    assert_eq!(again, settings);
    // A part is enough; a scale that nobody could read is brought back.
    fs::write(&path, r#"{"interface_scale": 900}"#).unwrap();
    assert_eq!(Settings::load(&path).0, Settings { interface_scale: 3.0, ..Settings::default() });
}

#[test]
fn broken_settings_are_kept_and_harmless() {
    for broken in ["", "{", "[]", r#"{"look": 7}"#, "\u{0}", r#"{"recent": "x"}"#] {
        let home = TempDir::new().unwrap();
        let path = home.path().join("settings.json");
        fs::write(&path, broken).unwrap();
        let (settings, notice) = Settings::load(&path);
        assert_eq!(settings, Settings::default());
        let Some(SettingsNotice::Broken { kept, .. }) = notice else { panic!("{broken:?}: {notice:?}") };
        assert_eq!((kept.file_name().unwrap().to_str(), path.exists()), (Some("settings.json.broken"), false));
        assert_eq!(fs::read_to_string(kept).unwrap(), broken);
        settings.save(&path).unwrap();
    }
    let home = TempDir::new().unwrap();
    let (settings, notice) = Settings::load(home.path());
    assert!(settings == Settings::default() && matches!(notice, Some(SettingsNotice::Unreadable { .. })));
    assert!(settings.save(home.path()).is_err());
}

#[test]
fn recent_files_are_few_and_none_twice() {
    let mut recent = Recent::default();
    for number in 0..20 {
        recent.add(Path::new(&format!("/scenes/{number}.json")));
    }
    recent.add(Path::new("/scenes/15.json"));
    let names = |recent: &Recent| -> Vec<String> {
        recent.files().iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&recent), ["15", "19", "18", "17", "16", "14", "13", "12", "11", "10", "9", "8"]);
    recent.prune(|path| path != Path::new("/scenes/19.json"));
    recent.remove(Path::new("/scenes/18.json"));
    assert_eq!(names(&recent)[..2], ["15", "17"]);
    let text = serde_json::to_string(&recent).unwrap();
    assert_eq!(serde_json::from_str::<Recent>(&text).unwrap(), recent);
    let edited = r#"["/a", "/b", "/a", "", "/c"]"#;
    let files: Vec<PathBuf> = serde_json::from_str::<Recent>(edited).unwrap().files().to_vec();
    assert_eq!(files.len(), 3);
    // Another run may start in another folder.
    recent.add(Path::new("here.json"));
    assert!(recent.files()[0].is_absolute());
}
