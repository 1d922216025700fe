//! Puts the models and scenes that come with the program into the binary, and says what was built.
//!
//! Text shrinks to a tenth and is stored deflated; weights in half precision shrink by a seventh only, are needed at once, and are stored
//! as they are.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo by printing")]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders whose files are put into the binary.
const FOLDERS: [&str; 3] = ["models", "assets/scenes", "assets/examples"];
/// A file is stored deflated where that leaves at most this share of it.
const WORTH_IT: f64 = 0.75;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=build.rs");
    bundle(&root, &out)?;
    describe(&root);
    icon(&root, &out)
}

/// Writes `bundled_files.rs`, a list of `BundledFile`.
fn bundle(root: &Path, out: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        let inner = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let bytes = fs::read(file)?;
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        // Weights of another kind might shrink: the beginning tells.
        let probe = bytes.len().min(1 << 20);
        encoder.write_all(&bytes[..probe])?;
        let content = if (encoder.total_out() as f64) < WORTH_IT * probe as f64 {
            encoder.write_all(&bytes[probe..])?;
            let name = format!("bundled-{number}.deflate");
            fs::write(out.join(&name), encoder.finish()?)?;
            let place = format!("concat!(env!(\"OUT_DIR\"), \"/{name}\")");
            format!("Content::Deflated {{ bytes: include_bytes!({place}), length: {} }}", bytes.len())
        } else {
            format!("Content::Plain(include_bytes!({file:?}))")
        };
        let _ = writeln!(list, "    BundledFile {{ path: {inner:?}, content: {content} }},");
    }
    list.push_str("]\n");
    fs::write(out.join("bundled_files.rs"), list)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A developer's own models stay outside, as in the repository.
        if name.starts_with('.') || name.ends_with(".local") || name.ends_with(".tmp") {
            continue;
        }
        match path.is_dir() {
            true => collect(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

/// Which source, for which machine: shown by `--version`.
fn describe(root: &Path) {
    println!("cargo::rerun-if-env-changed=SCENEWRIGHT_COMMIT");
    let git = |args: &[&str]| {
        let output =
            Command::new("git").args(args).current_dir(root).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    // Only a release is built anew for a commit that changes nothing else.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"])
    {
        println!("cargo::rerun-if-changed={}", root.join(log).display());
    }
    let commit = env::var("SCENEWRIGHT_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = commit.or_else(|| git(&["rev-parse", "--short=12", "HEAD"])).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=SCENEWRIGHT_COMMIT={commit}");
    println!("cargo::rustc-env=SCENEWRIGHT_TARGET={}", env::var("TARGET").unwrap_or_default());
}

/// The icon and the version of `scenewright.exe`, where there is a compiler of resources for it.
fn icon(root: &Path, out: &Path) -> io::Result<()> {
    let icon = root.join("packaging/icons/scenewright.ico");
    println!("cargo::rerun-if-changed=packaging/icons/scenewright.ico");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "windows") && icon.is_file() {
        let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
        let numbers = format!("{},0", version.replace('.', ","));
        let script = format!(
            "1 ICON {icon:?}\n1 VERSIONINFO\nFILEVERSION {numbers}\nPRODUCTVERSION {numbers}\nBEGIN\n BLOCK \"StringFileInfo\"\n BEGIN\n  \
             BLOCK \"040904b0\"\n  BEGIN\n   VALUE \"FileDescription\", \"Scenewright\"\n   VALUE \"FileVersion\", \"{version}\"\n   VALUE \
             \"ProductName\", \"Scenewright\"\n   VALUE \"ProductVersion\", \"{version}\"\n   VALUE \"OriginalFilename\", \
             \"scenewright.exe\"\n  END\n END\n BLOCK \"VarFileInfo\"\n BEGIN\n  VALUE \"Translation\", 0x409, 1200\n END\nEND\n"
        );
        let (source, object) = (out.join("scenewright.rc"), out.join("scenewright.res.o"));
        fs::write(&source, script)?;
        let arch = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
        let is_gnu = env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "gnu");
        let compilers = [format!("{arch}-w64-mingw32-windres"), "windres".to_owned()];
        let made = is_gnu
            && compilers.iter().any(|compiler| {
                let status = Command::new(compiler).arg(&source).args(["-O", "coff", "-o"]).arg(&object).status();
                status.is_ok_and(|status| status.success())
            });
        if made {
            println!("cargo::rustc-link-arg-bins={}", object.display());
        } else {
            println!("cargo::warning=scenewright.exe gets no icon: there is no windres for this target");
        }
    }
    Ok(())
}
