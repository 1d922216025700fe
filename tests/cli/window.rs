//! The editor where there is no display.

use super::run::{Place, ProgramOutput};

#[cfg(target_os = "linux")]
#[test]
fn without_a_display_it_says_so() {
    let place = Place::empty();
    std::fs::write(place.path("scene.json"), "{}").unwrap();
    for args in [&[][..], &["edit"], &["edit", "scene.json", "--device", "cpu"], &["scene.json"], &["--device", "cpu"]]
    {
        let mut command = place.command();
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
            command.env_remove(name);
        }
        let ran = ProgramOutput::new(command.args(args).output().unwrap());
        ran.fails(&["no window can be opened", "needs a display"]);
    }
}
