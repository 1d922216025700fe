//! Names of tensors as wrappers of PyTorch leave them: `module.` of DataParallel, `_orig_mod.` of torch.compile, `model.` of programs that put the
//! network into another one.

use super::torch::TensorMeta;

/// Parts of a name that only a wrapper adds, wherever they stand.
const WRAPPERS: [&str; 5] =
    ["_orig_mod", "module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module"];

/// What was taken off the names, for the user who asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StrippedPrefixes {
    /// "_orig_mod.", "module.module."; empty where nothing was.
    pub prefix: String,
    /// Tensors outside of the prefix, which are no part of the network.
    pub outside: usize,
}

/// The name without the parts that wrappers add.
pub(super) fn unwrapped(name: &str) -> String {
    name.split('.').filter(|part| !WRAPPERS.contains(part)).collect::<Vec<_>>().join(".")
}

/// Takes off what wrappers add, and what stands before `anchor`, a tensor that every network of the kind has; tensors without it are left
/// out then. Without an anchor only the wrappers' parts are known not to belong to the names.
pub(super) fn take_off(tensors: &mut Vec<(String, TensorMeta)>, anchor: Option<&str>) -> StrippedPrefixes {
    let first = tensors.first().map(|(name, _)| name.clone()).unwrap_or_default();
    let mut taken = StrippedPrefixes::default();
    // The wrappers' prefixes, to be reported.
    let wrapped: Vec<&str> = first.split('.').take_while(|part| WRAPPERS.contains(part)).collect();
    taken.prefix.extend(wrapped.iter().flat_map(|part| [*part, "."]));
    if taken.prefix.is_empty()
        && let Some(part) =
            WRAPPERS.iter().find(|part| tensors.iter().any(|(name, _)| name.split('.').any(|other| other == **part)))
    {
        taken.prefix = format!("{part}.");
    }
    for (name, _) in tensors.iter_mut() {
        *name = unwrapped(name);
    }
    let ends_so =
        |name: &str, anchor: &str| name.strip_suffix(anchor).filter(|before| before.ends_with('.')).map(str::to_owned);
    let before: Vec<String> = anchor
        .into_iter()
        .flat_map(|anchor| tensors.iter().filter_map(move |(name, _)| ends_so(name, anchor)))
        .collect();
    let has_anchor = anchor.is_some_and(|anchor| tensors.iter().any(|(name, _)| name == anchor));
    let prefix = match before.as_slice() {
        // All names of a discriminator begin alike by themselves.
        _ if anchor.is_none() || has_anchor => String::new(),
        [prefix] => prefix.clone(),
        _ => shared(tensors),
    };
    if prefix.is_empty() {
        return taken;
    }
    let count = tensors.len();
    tensors.retain_mut(|(name, _)| match name.strip_prefix(&prefix) {
        Some(rest) => {
            *name = rest.to_owned();
            true
        }
        None => false,
    });
    taken.prefix.push_str(&prefix);
    taken.outside = count - tensors.len();
    taken
}

/// The parts that all of at least two names begin with. Layers have at least a weight and a bias, so the last two parts of a name stay.
fn shared(tensors: &[(String, TensorMeta)]) -> String {
    let mut prefix = String::new();
    let [(first, _), _, ..] = tensors else { return prefix };
    let parts: Vec<&str> = first.split('.').collect();
    for part in parts.iter().take(parts.len().saturating_sub(2)) {
        let longer = format!("{prefix}{part}.");
        // "0." is the first of a list of layers, not a wrapper.
        if part.parse::<u32>().is_ok() || !tensors.iter().all(|(name, _)| name.starts_with(&longer)) {
            break;
        }
        prefix = longer;
    }
    prefix
}
