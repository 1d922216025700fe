//! Words of a vocabulary that no sample shows.

use std::collections::BTreeSet;

use rayon::prelude::*;

use scenewright_data::{DataError, Dataset};
use scenewright_scene::encode::object_id;
use scenewright_scene::vocab::{ObjectId, Vocabulary};

/// Samples that are looked at: the rarest word of the illustrated world is in one of sixty.
const LOOKED_AT: u64 = 512;
const SHOWN: usize = 12;

/// A sentence about words without samples; none where every word has one.
pub(super) fn warning(data: &dyn Dataset, vocab: &Vocabulary) -> Result<Option<String>, DataError> {
    let count = data.len().map_or(LOOKED_AT, |len| len.min(LOOKED_AT));
    let seen = (0..count).into_par_iter().map(|index| {
        let sample = data.sample(index)?;
        let ids = sample.objects.iter().filter_map(|object| object_id(&object.name, &object.attributes, vocab));
        Ok(ids.collect::<BTreeSet<ObjectId>>())
    });
    let seen: BTreeSet<ObjectId> = seen.collect::<Result<Vec<_>, DataError>>()?.into_iter().flatten().collect();
    let all = (0..vocab.object_count() as u32).map(ObjectId).filter(|id| *id != vocab.image_object());
    let unseen: Vec<&str> = all.filter(|id| !seen.contains(id)).map(|id| vocab.object_name(id)).collect();
    if unseen.is_empty() {
        return Ok(None);
    }
    let more = unseen.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = unseen.iter().take(SHOWN).map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    Ok(Some(format!(
        "none of the first {count} samples shows {named}{more}: what is drawn for these words will be noise. Give samples of them, or more \
         kinds of scene (data.kinds)"
    )))
}
