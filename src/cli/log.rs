//! What the program writes to standard error besides its own messages: records of `tracing` and `log`.

use std::ffi::OsString;
use std::io::IsTerminal;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Our own warnings, and only errors of libraries: theirs are for developers.
const DEFAULT: &str = "error,scenewright=warn";
const OPTION: &str = "--log";

/// Takes `--log FILTER` out of the arguments, wherever it stands before `--`.
pub(super) fn take_option(arguments: &mut Vec<OsString>) -> Option<String> {
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let is_option =
        |argument: &OsString| argument == OPTION || argument.to_str().is_some_and(|text| text.starts_with("--log="));
    let at = arguments[..end].iter().position(is_option)?;
    let text = arguments[at].to_str()?;
    if let Some(filter) = text.strip_prefix("--log=").map(str::to_owned) {
        arguments.remove(at);
        return Some(filter);
    }
    // Without a value it stays, and clap says what is missing.
    let filter = arguments[..end].get(at + 1)?.to_str()?.to_owned();
    arguments.drain(at..at + 2);
    Some(filter)
}

/// Starts writing records that `filter`, or `RUST_LOG`, lets through. Returns what is wrong with the filter that was asked for.
pub(super) fn start(filter: Option<&str>) -> Option<String> {
    let variable = std::env::var("RUST_LOG").ok().filter(|text| !text.trim().is_empty());
    let asked = filter.map(str::to_owned).or(variable);
    let (targets, problem) = match asked.as_deref().map(str::parse::<Targets>) {
        Some(Ok(targets)) => (targets, None),
        Some(Err(error)) => {
            let text = asked.unwrap_or_default();
            (
                default(),
                Some(format!("\"{text}\" says no level to log ({error}); use a level, such as debug, or TARGET=LEVEL")),
            )
        }
        None => (default(), None),
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(has_color());
    // A second start, in a test, changes nothing.
    let _ = tracing_subscriber::registry().with(lines).with(targets).try_init();
    problem
}

fn default() -> Targets {
    DEFAULT.parse().unwrap_or_default()
}

/// Files and simple terminals get no color codes.
fn has_color() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stderr().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_may_stand_anywhere() {
        let take = |line: &str| {
            let mut arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let filter = take_option(&mut arguments);
            (filter, arguments.join(" ".as_ref()).into_string().unwrap())
        };
        let given = |filter: &str, rest: &str| (Some(filter.to_owned()), rest.to_owned());
        assert_eq!(take("s --log debug info x"), given("debug", "s info x"));
        assert_eq!(take("s info x --log=winit=trace"), given("winit=trace", "s info x"));
        assert_eq!(take("s info --log"), (None, "s info --log".to_owned()));
        assert_eq!(take("s say -- --log debug"), (None, "s say -- --log debug".to_owned()));
    }

    #[test]
    fn filters_are_those_of_rust_log() {
        for filter in [DEFAULT, "debug", "warn,winit=trace,scenewright_model=debug", "off"] {
            assert!(filter.parse::<Targets>().is_ok(), "{filter}");
        }
        assert!("scenewright=loud".parse::<Targets>().is_err());
    }
}
