//! The window as a picture: a person looks at it (`SCENEWRIGHT_LOOKS=folder`), a test checks that there is something to see.

use std::collections::HashSet;

use egui_kittest::kittest::Queryable;

use crate::harness::Person;

#[test]
fn both_themes_are_painted() {
    for theme in ["Dark", "Light"] {
        let mut person = Person::with_model();
        person.window.get_by_label_contains("View").click();
        person.window.run();
        person.window.get_by_label_contains(theme).click();
        person.window.run();
        person.begins("add a boat in the ocean");
        let image = person.shows(&format!("window-{}", theme.to_lowercase()));
        let corner = image.get_pixel(3, 3).0;
        assert_eq!(corner[0] < 128, theme == "Dark", "{corner:?}");
        let colors: HashSet<[u8; 4]> = image.pixels().map(|pixel| pixel.0).collect();
        assert!(colors.len() > 300, "{} colors", colors.len());
        person.says("add a cow");
        person.says("delete the sheep");
        person.shows(&format!("question-{}", theme.to_lowercase()));
    }
}
