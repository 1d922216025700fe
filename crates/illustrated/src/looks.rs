//! What the bundled sprites mean to a model's vocabulary: drawings, parts that may change their color, and the known word that a new one is most like.

use super::catalog::CatalogEntry;
use super::paint::shines_by_itself;
use super::sprite::Stands;
use scenewright_scene::vocab::looks::{ObjectLooks, Slot, Variant};

/// Parts of a drawing whose color a model can be asked for.
pub const MOST_SLOTS: usize = 4;

/// What a category may look like. Its drawings get the numbers from `next_row` on, which is counted up.
pub fn object_looks(entry: &CatalogEntry, next_row: &mut u32) -> ObjectLooks {
    let slots = entry.slots.iter().take(MOST_SLOTS);
    let slots: Vec<Slot> = slots.map(|slot| Slot { name: slot.name.clone(), words: slot.words.clone() }).collect();
    let mut own = ObjectLooks {
        rests: entry.stands.rests(),
        floats: entry.stands.floats(),
        shines: shines_by_itself(&entry.name),
        mirror: entry.mirror,
        slots,
        ..ObjectLooks::default()
    };
    add_drawings(entry, &mut own, next_row);
    own
}

/// Adds the drawings of a category that its looks lack. True if there were any.
pub fn add_drawings(entry: &CatalogEntry, own: &mut ObjectLooks, next_row: &mut u32) -> bool {
    let before = own.variants.len();
    for drawing in &entry.drawings {
        if own.variants.iter().any(|variant| variant.name == drawing.name) {
            continue;
        }
        let shown = |slot: &usize| drawing.slots.contains(&own.slots[*slot].name);
        let slots = (0..own.slots.len()).filter(shown).collect();
        own.variants.push(Variant { name: drawing.name.clone(), row: *next_row, aspect: drawing.aspect, slots });
        *next_row += 1;
    }
    own.variants.len() > before
}

/// The known category that stands where this one does, is of its group, and about as tall.
pub fn most_alike<'a>(entry: &CatalogEntry, known: impl Iterator<Item = &'a CatalogEntry>) -> Option<&'a CatalogEntry> {
    let kind = |entry: &CatalogEntry| (entry.stands, entry.group.clone(), entry.height_meters);
    nearest_kind(kind(entry), known, kind)
}

/// The item whose kind (where it stands, its group, its height in meters) differs least from this one.
pub fn nearest_kind<'a, T>(
    (stands, group, height): (Stands, String, f32),
    items: impl Iterator<Item = &'a T>,
    kind: impl Fn(&T) -> (Stands, String, f32),
) -> Option<&'a T> {
    let difference = |item: &T| {
        let (other_stands, other_group, other_height) = kind(item);
        let elsewhere = if other_stands == stands { 0.0 } else { 10.0 };
        let other_group = if other_group == group { 0.0 } else { 1.0 };
        elsewhere + other_group + (other_height / height).ln().abs()
    };
    items.min_by(|a, b| difference(a).total_cmp(&difference(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::catalog;

    #[test]
    fn every_drawing_gets_a_number_of_its_own_and_known_ones_keep_theirs() {
        let mut row = 7;
        let mut own = object_looks(&catalog()["dog"], &mut row);
        let rows: Vec<u32> = own.variants.iter().map(|variant| variant.row).collect();
        assert_eq!(rows, (7..row).collect::<Vec<_>>());
        own.variants.remove(0);
        let kept = own.variants.clone();
        assert!(add_drawings(&catalog()["dog"], &mut own, &mut row));
        assert!(own.variants.starts_with(&kept) && own.variants.last().unwrap().row == row - 1);
        assert!(!add_drawings(&catalog()["dog"], &mut own, &mut row));
    }

    #[test]
    fn a_new_word_is_like_one_of_its_own_kind() {
        let others = || catalog().values().filter(|other| !["zebra", "bus", "cup"].contains(&other.name.as_str()));
        let like = |name: &str| most_alike(&catalog()[name], others()).map(|entry| entry.group.as_str());
        assert_eq!((like("zebra"), like("bus"), like("cup")), (Some("animals"), Some("vehicles"), Some("objects")));
    }
}
