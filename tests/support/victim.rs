//! A process that is killed in the middle of its work. The test binary starts itself, running nothing but the victim, which says after each piece
//! of work how many it has done: a word and a number.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// How many kills a test makes, by their seeds: `SCENEWRIGHT_KILLS` makes more of them, `SCENEWRIGHT_KILLS_SEED` others (tests/campaigns).
#[allow(dead_code)] // not every test binary kills by seeds
pub fn seeds(usual: std::ops::Range<u64>) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = usual.start + number("SCENEWRIGHT_KILLS_SEED").unwrap_or(0);
    first..first + number("SCENEWRIGHT_KILLS").unwrap_or(usual.end - usual.start)
}

/// Starts the test called `victim` with a variable set; with what it says, line by line.
pub fn start(victim: &str, (variable, orders): (&str, String)) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", victim, "--nocapture"])
        .env(variable, orders)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// Starts the test called `victim` with a variable set, kills it with SIGKILL once it has said `word` with `count` and some microseconds more; returns
/// how many it had said before it died.
pub fn kill_after(victim: &str, orders: (&str, String), word: &str, count: usize, micros: u64) -> usize {
    let (mut victim, mut lines) = start(victim, orders);
    // The test harness says things, too, and on the same line.
    let said_in = |line: &str| line.rsplit_once(word).and_then(|(_, count)| count.parse::<usize>().ok());
    let mut said = 0;
    while said < count {
        let Some(line) = lines.next() else { break };
        said = said_in(&line.unwrap()).unwrap_or(said);
    }
    std::thread::sleep(Duration::from_micros(micros));
    victim.kill().unwrap();
    victim.wait().unwrap();
    lines.map_while(Result::ok).filter_map(|line| said_in(&line)).last().unwrap_or(said)
}
