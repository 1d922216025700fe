//! The tables of modules in the documentation of a module (`//! | name | subject |`) name files that exist.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn tables_of_modules_name_existing_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    ["src", "crates", "fuzz/src", "tests"].iter().for_each(|folder| collect_sources(&root.join(folder), &mut sources));
    let missing: Vec<String> = sources.iter().flat_map(|file| missing_modules(file)).collect();
    assert!(sources.len() > 400 && missing.is_empty(), "{} files; missing: {missing:#?}", sources.len());
}

fn collect_sources(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}

/// Backticked names in the first column of tables under the head `| file |` or `| module |` without a file beside the
/// module.
fn missing_modules(file: &Path) -> Vec<String> {
    let is_root = ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| file.ends_with(name));
    let folder = if is_root { file.parent().unwrap().to_owned() } else { file.with_extension("") };
    let mut missing = Vec::new();
    let mut is_module_table = false;
    for (line, text) in fs::read_to_string(file).unwrap().lines().enumerate() {
        let Some(row) = text.trim_start().strip_prefix("//! |") else {
            is_module_table = false;
            continue;
        };
        let first_column = row.split('|').next().unwrap_or_default();
        is_module_table |= ["file", "module"].contains(&first_column.trim());
        for name in first_column.split('`').skip(1).step_by(2).filter(|_| is_module_table) {
            let path = folder.join(name.trim_start_matches("mod@").trim_end_matches("()").replace("::", "/"));
            if !path.exists() && !path.with_extension("rs").exists() {
                missing.push(format!("{}:{}: {name}", file.display(), line + 1));
            }
        }
    }
    missing
}
