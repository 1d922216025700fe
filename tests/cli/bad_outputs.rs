//! Places where nothing can be written: what is there stays, and nothing half-written is left.

use std::fs;

use super::run::*;

#[track_caller]
fn nothing_new(place: &Place, before: &[String]) {
    assert_eq!(place.files(), before);
}

#[test]
fn a_file_where_the_folder_should_be() {
    let place = Place::with_model();
    place.write("out", "mine");
    let before = place.files();
    place.line("render {sheep} --model model").fails(&["cannot make the folder"]).path_last("out");
    place.line("render {sheep} --model model --out out/deeper").fails(&["cannot make the folder", "deeper"]);
    let tiny = golden("tiny.pt");
    for out in ["out", "out/deeper"] {
        place.run(["import", tiny.to_str().unwrap(), "--out", out]).fails(&[]).path_last(out);
    }
    nothing_new(&place, &before);
    assert_eq!(fs::read_to_string(place.path("out")).unwrap(), "mine");
}

#[test]
fn a_folder_where_a_file_should_be() {
    let place = Place::with_model();
    fs::create_dir_all(place.path("out/figure_6_sheep-0-masks.png")).unwrap();
    place
        .line("render {sheep} --model model --only 0")
        .fails(&["this is a folder"])
        .path_last("figure_6_sheep-0-masks.png");
    assert!(!place.files().iter().any(|name| name.ends_with(".tmp")));
    fs::create_dir(place.path("dump")).unwrap();
    let dump = |path: &str| place.line(&format!("render {{sheep}} --model model --out pictures --dump {path}"));
    dump("dump").fails(&["--dump is a folder"]).path_last("dump");
    dump("nowhere/d.safetensors").fails(&["there is no such folder"]).path_last("nowhere");
    if cfg!(unix) {
        // Even with permission to write everywhere, a device must not be replaced by a file.
        dump("/dev/null").fails(&["no ordinary file"]).path_last("/dev/null");
    }
    assert!(!place.path("pictures").exists());
}

#[test]
fn what_is_read_is_not_written_over() {
    let place = Place::with_model();
    let scene = r#"{"objects": ["sky"]}"#;
    for name in ["sheep.json", "sheep-0.json"] {
        place.write(name, scene);
    }
    let before = place.files();
    place
        .line("render sheep.json sheep-0.json --model model --out .")
        .fails(&["would be written over"])
        .path_last("sheep-0.json");
    place
        .line("render sheep.json --model model --dump sheep.json")
        .fails(&["would be written over"])
        .path_last("sheep.json");
    nothing_new(&place, &before);
    assert_eq!(fs::read_to_string(place.path("sheep-0.json")).unwrap(), scene);
}

#[test]
fn a_protected_file_stays() {
    let place = Place::with_model();
    fs::create_dir(place.path("out")).unwrap();
    let path = place.write("out/figure_6_sheep-0.json", "mine");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions.clone()).unwrap();
    place.line("render {sheep} --model model --only 0").fails(&["read-only"]).path_last("figure_6_sheep-0.json");
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    assert!(!place.files().iter().any(|name| name.ends_with(".tmp")));
    if cfg!(windows) {
        // Windows removes no protected files, a temporary folder's neither.
        #[allow(clippy::permissions_set_readonly_false)]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_read_only_folder() {
        let place = Place::with_model();
        fs::create_dir(place.path("out")).unwrap();
        set_mode(&place.path("out"), 0o555);
        let mut command = place.command();
        if fs::write(place.path("out/probe"), "").is_ok() {
            // Root may write everywhere; nobody may not.
            fs::remove_file(place.path("out/probe")).unwrap();
            command.uid(65534).gid(65534);
            set_mode(&place.path(""), 0o755);
        }
        let graphs = place.write("graph.json", r#"{"objects": ["sky"]}"#);
        let before = place.files();
        command.arg("render").arg(graphs).args(["--model", "model"]);
        match command.output() {
            Ok(output) => _ = ProgramOutput::new(output).fails(&["cannot save"]).path_last("out/graph-0.png"),
            Err(error) => println!("skipped: this user cannot be bound by permissions ({error})"),
        }
        set_mode(&place.path("out"), 0o755);
        nothing_new(&place, &before);
    }

    /// A limit on the size of files stands for a disk that fills up in the middle of a file; it needs no rights and works everywhere.
    #[test]
    fn a_disk_that_fills_up() {
        let place = Place::with_model();
        let program = env!("CARGO_BIN_EXE_scenewright");
        // The signal that would end the program is ignored: writing fails instead, as on a full disk.
        let limited = |blocks: u32, args: &[&str]| {
            let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
            let output =
                Command::new("sh").args(["-c", &script, program]).args(args).current_dir(place.path("")).output();
            ProgramOutput::new(output.unwrap())
        };
        let sheep = graphs("figure_6_sheep");
        let sheep = sheep.to_str().unwrap();
        limited(0, &["render", sheep, "--model", "model"]).fails(&["cannot save"]).path_last("figure_6_sheep-0.png");
        assert!(place.files().is_empty(), "{:?}", place.files());
        // The pictures fit, the dump does not: what is there is whole.
        let dump = ["--out", "some", "--only", "5", "--scale", "1", "--dump", "dump.safetensors"];
        place.write("dump.safetensors", "old");
        limited(20, &[&["render", sheep, "--model", "model"][..], &dump].concat()).fails(&["cannot save"]);
        assert_eq!(fs::read_to_string(place.path("dump.safetensors")).unwrap(), "old");
        for name in place.files() {
            assert!(!name.ends_with(".tmp"), "{name}");
            if name.ends_with(".png") {
                place.png(&name);
            }
        }
        let tiny = golden("tiny.pt");
        limited(20, &["import", tiny.to_str().unwrap(), "--out", "models/new"])
            .fails(&["cannot write the model folder"])
            .path_last("models/new");
        assert!(!place.path("models").exists());
    }

    /// A real disk of 100 KiB, where one can be had.
    #[test]
    fn a_full_disk() {
        let place = Place::with_model();
        fs::create_dir(place.path("disk")).unwrap();
        let script = "mount -t tmpfs -o size=100k none disk || exit 77\n\
                      \"$0\" render \"$1\" --model model --out disk --scale 8; code=$?; ls -A disk; exit $code";
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_scenewright")]);
        let output = command.arg(graphs("figure_6_sheep")).current_dir(place.path("")).output();
        let Some(output) = output.ok().filter(|output| output.status.code() == Some(1) && !output.stdout.is_empty())
        else {
            return println!("skipped: no small disk can be mounted here");
        };
        let (said, left) = (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
        assert!(said.starts_with("error: cannot save: ") && !said.contains("panicked"), "{said}");
        assert!(!left.contains(".tmp") && left.contains("figure_6_sheep-0.png"), "{left}");
    }
}
