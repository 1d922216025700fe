//! Paths as file managers and browsers paste them: in quotes, as `file://` addresses, with `~` for the home folder.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The arguments of the program, with such paths made plain. What exists as it is written stays as it is.
pub(super) fn arguments() -> Vec<OsString> {
    std::env::args_os().enumerate().map(|(at, argument)| if at == 0 { argument } else { plain(argument) }).collect()
}

fn plain(argument: OsString) -> OsString {
    let Some(text) = argument.to_str() else { return argument };
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    if let Some((option, value)) = text.split_once('=').filter(|(option, _)| option.starts_with("--")) {
        return path_of(value, home.as_deref())
            .map_or(argument.clone(), |path| [option.into(), path.into_os_string()].join("=".as_ref()));
    }
    path_of(text, home.as_deref()).map_or(argument.clone(), PathBuf::into_os_string)
}

/// The path that a text means; `None` where it means itself.
fn path_of(text: &str, home: Option<&Path>) -> Option<PathBuf> {
    if Path::new(text).exists() {
        return None;
    }
    let trimmed = text.trim();
    let quoted = |quote: char| trimmed.strip_prefix(quote)?.strip_suffix(quote);
    let inner = quoted('"').or_else(|| quoted('\''));
    // A sentence may stand in quotes too: only what looks like a path is one.
    let is_path = |text: &str| text.contains(['/', '\\']) || Path::new(text).exists();
    let bare = inner.map(str::trim).filter(|inner| is_path(inner)).unwrap_or(trimmed);
    let found = match bare.strip_prefix("file://") {
        Some(address) => of_address(address),
        None => match bare.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with(['/', '\\'])) {
            Some(rest) => home?.join(rest.trim_start_matches(['/', '\\'])),
            None if inner.is_some() && bare != trimmed => PathBuf::from(bare),
            // Blanks and a line break at the ends, where the path without them is there.
            None if bare != text && Path::new(bare).exists() => PathBuf::from(bare),
            None => return None,
        },
    };
    Some(found)
}

/// "localhost/home/me/a%20b" or "/home/me/a%20b".
fn of_address(address: &str) -> PathBuf {
    let path = address.find('/').map_or(address, |slash| &address[slash..]);
    let path = path.strip_prefix('/').filter(|rest| rest.as_bytes().get(1) == Some(&b':')).unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = |byte: u8| char::from(byte).to_digit(16);
        match (byte, after) {
            (b'%', [a, b, after @ ..]) if hex(*a).is_some() && hex(*b).is_some() => {
                bytes.push((16 * hex(*a).unwrap_or_default() + hex(*b).unwrap_or_default()) as u8);
                rest = after;
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    PathBuf::from(String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_paths_mean_the_file() {
        let check = |text: &str, path: Option<&str>| {
            assert_eq!(path_of(text, Some(Path::new("/home/me"))), path.map(PathBuf::from), "{text}");
        };
        check("\"/data/my pictures\"", Some("/data/my pictures"));
        check("'/data/my pictures'", Some("/data/my pictures"));
        check("file:///data/my%20pictures/%C3%BC.png", Some("/data/my pictures/\u{fc}.png"));
        check("\"file://localhost/data/a%2\"", Some("/data/a%2"));
        check("file:///C:/pictures", Some("C:/pictures"));
        check("~/nowhere-at-all", Some("/home/me/nowhere-at-all"));
        check("~", Some("/home/me"));
        check("~someone/x", None);
        check("/data/pictures", None);
        check("add kite in sky", None);
        check("\"add kite in sky\"", None);
        check("--data", None);
    }
}
