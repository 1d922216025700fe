//! The looks of the program's sprites and materials: drawings, the parts that may change their color, the words for them.

use super::samples::{COLORED, Lit, fault};
use scenewright_data::DataError;
use scenewright_data::IllustratedWorld;
use scenewright_illustrated::color::WORDS;
use scenewright_illustrated::composition::{Material, TimeOfDay};
use scenewright_illustrated::grammar::{light, material};
use scenewright_illustrated::paint::portrait::{Portrait, portrait};
use scenewright_illustrated::paint::{is_water, shines_by_itself};
use scenewright_illustrated::sprite::Category;
use scenewright_model::collage::config::SLOTS;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::vocab::looks::{HourAndWeather, Looks, ObjectLooks, Slot, Variant};

/// The looks of all sprites and materials whose names the vocabulary has. Unlike `illustrated::looks::object_looks`, it
/// reads the drawings of `world`, which need not be the bundled ones.
pub(crate) fn world_looks(world: &IllustratedWorld, vocab: &Vocabulary) -> Result<Looks, DataError> {
    let mut looks = Looks {
        colors: WORDS.iter().map(|(word, code)| ((*word).to_owned(), format!("#{code:06x}"))).collect(),
        hours: light::TIMES.iter().map(|&time| light::time_word(time).to_owned()).collect(),
        weathers: light::WEATHERS.iter().map(|&w| light::weather_word(w).unwrap_or("clear").to_owned()).collect(),
        ..Default::default()
    };
    let all_words = || WORDS.iter().map(|(word, _)| (*word).to_owned()).collect::<Vec<_>>();
    for (material, name) in material::MATERIALS.iter().filter(|(material, _)| *material != Material::Clouds) {
        let indoors = matches!(material, Material::Wall | Material::Floor | Material::Carpet);
        let slots = match COLORED.contains(material) {
            true => vec![Slot { name: "whole".to_owned(), words: all_words() }],
            false => Vec::new(),
        };
        let water = is_water(*material);
        let object = ObjectLooks { stuff: true, indoors, water, slots, ..Default::default() };
        looks.objects.insert((*name).to_owned(), object);
    }
    let mut row = 0;
    for category in world.library().iter().filter(|category| vocab.object_id(&category.name).is_some()) {
        let slots: Vec<Slot> = category
            .slots
            .iter()
            .take(SLOTS)
            .map(|slot| Slot { name: slot.name.clone(), words: slot.words.clone() })
            .collect();
        let mut variants = Vec::new();
        for variant in &category.variants {
            let shape = variant.shape().map_err(fault)?;
            let shown: Vec<&str> = variant.slots().collect();
            row += 1;
            variants.push(Variant {
                name: variant.name.clone(),
                row,
                aspect: (shape.aspect * 1000.0).round() / 1000.0,
                slots: (0..slots.len()).filter(|&i| shown.contains(&slots[i].name.as_str())).collect(),
            });
        }
        let (rests, floats) = (category.stands.rests(), category.stands.floats());
        let main = main_slot(world, category, &slots);
        let shines = shines_by_itself(&category.name);
        let object =
            ObjectLooks { rests, floats, shines, mirror: category.mirror, main, slots, variants, ..Default::default() };
        looks.objects.insert(category.name.clone(), object);
    }
    Ok(looks)
}

/// Adds what models of earlier versions of the program lack: what floats, and on what.
pub(super) fn add_newer_facts(looks: &mut Looks, world: &IllustratedWorld) {
    for (_, name) in material::MATERIALS.iter().filter(|(material, _)| is_water(*material)) {
        if let Some(own) = looks.objects.get_mut(*name).filter(|own| own.stuff) {
            own.water = true;
        }
    }
    for category in world.library().iter().filter(|category| category.stands.floats()) {
        if let Some(own) = looks.objects.get_mut(&category.name) {
            own.floats = true;
        }
    }
}

/// How much lamps and lit windows shine by themselves in each light, by the network's numbers for lights: what the palettes of the
/// illustrated world have, 0 for an hour that it does not know.
pub(super) fn lamps(looks: &Looks) -> Vec<f32> {
    let mut lamps = vec![0.0; looks.light_count()];
    for (hour, word) in looks.hours.iter().enumerate() {
        let time = light::TIMES.iter().find(|&&time| light::time_word(time) == word);
        let shine = match time {
            Some(TimeOfDay::Night) => 0.95,
            Some(TimeOfDay::Evening) => 0.7,
            Some(TimeOfDay::Morning | TimeOfDay::Day) | None => 0.0,
        };
        let outdoors =
            (0..looks.weathers.len()).map(|weather| looks.light_row(HourAndWeather { hour, weather }, false));
        for row in outdoors.chain([looks.light_row(HourAndWeather { hour, weather: 0 }, true)]) {
            if let Some(lamp) = lamps.get_mut(row as usize) {
                *lamp = shine;
            }
        }
    }
    lamps
}

/// The slot that covers most of a category's drawings: how much a drawing changes when it goes from black to white.
fn main_slot(world: &IllustratedWorld, category: &Category, slots: &[Slot]) -> usize {
    const SIDE_PX: usize = 16;
    let seen = |variant, slot: &Slot, word: &str| {
        let colors = [(slot.name.clone(), word.to_owned())];
        let Lit { light, indoors, distance } = Lit::PLAIN;
        let sitter = Portrait { category: &category.name, variant, colors: &colors, light, indoors, distance };
        // A drawing that cannot be painted is reported where it is used.
        portrait(world.library(), &sitter, SIDE_PX).unwrap_or_default()
    };
    let covered = |slot: &Slot| -> u64 {
        let shown = category.variants.iter().filter(|variant| variant.slots().any(|name| name == slot.name));
        let change = |variant| {
            let (dark, light) = (seen(variant, slot, "black"), seen(variant, slot, "white"));
            dark.iter().zip(&light).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
        };
        shown.map(change).sum()
    };
    if slots.len() < 2 {
        return 0;
    }
    (0..slots.len()).max_by_key(|&slot| (covered(&slots[slot]), std::cmp::Reverse(slot))).unwrap_or(0)
}
