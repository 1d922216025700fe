//! What this binary is: version, commit, features, instruction set.

use std::sync::LazyLock;

static TEXT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{} ({})\ntarget: {}\nfeatures: {}\ninstruction set: {}",
        env!("CARGO_PKG_VERSION"),
        env!("SCENEWRIGHT_COMMIT"),
        env!("SCENEWRIGHT_TARGET"),
        features(),
        scenewright_nn::instruction_set()
    )
});

/// Version, commit, target, features and the instruction set in use, a line each.
pub fn text() -> &'static str {
    &TEXT
}

/// The features that the program was built with: "cuda", or "none".
pub(crate) fn features() -> String {
    let all = [("cuda", cfg!(feature = "cuda")), ("metal", cfg!(feature = "metal")), ("mpi", cfg!(feature = "mpi"))];
    let on: Vec<&str> = all.into_iter().filter_map(|(name, is_on)| is_on.then_some(name)).collect();
    if on.is_empty() { "none".to_owned() } else { on.join(", ") }
}
