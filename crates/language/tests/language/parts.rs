//! Colors of parts: "make the roof blue". What a drawing has as a part is colored there; else the word is an object.

use crate::notation::{Conversation, expected};
use scenewright_scene::vocab::looks::{Looks, Slot, Variant};
use scenewright_scene::vocab::{ObjectLooks, Vocabulary};

fn vocab() -> Vocabulary {
    let object = |slots: &[&str]| ObjectLooks {
        slots: slots.iter().map(|name| Slot { name: (*name).into(), words: vec!["red".into()] }).collect(),
        variants: vec![Variant { name: "plain".into(), row: 1, aspect: 1.0, slots: (0..slots.len()).collect() }],
        ..Default::default()
    };
    let objects = [
        ("house", object(&["door", "roof", "wall"])),
        ("barn", object(&["roof", "wall"])),
        ("boy", object(&["hair", "shirt", "skin", "trousers"])),
        ("roof", object(&["roof"])),
        ("car", object(&["body"])),
    ];
    let colors = vec![("red".to_owned(), "#ff0000".to_owned())];
    let (hours, weathers) = (vec!["day".to_owned()], vec!["clear".to_owned()]);
    let objects = objects.map(|(name, looks)| (name.to_owned(), looks)).into();
    Vocabulary::illustrated().with_looks(Looks { colors, hours, weathers, objects })
}

#[track_caller]
fn check_in(start: &str, sentence: &str, change: &str) {
    let done = Conversation::new(start, vocab()).say(sentence);
    assert_eq!(done, expected(change), "\n  {sentence:?}\n  in front of: {start}");
}

#[test]
fn a_part_takes_the_color() {
    for sentence in [
        "make the roof blue",
        "paint the roof blue",
        "the roof is blue",
        "turn the roof blue",
        "change the colour of the roof to blue",
        "make the house's roof blue",
        "make the roof of the house blue",
        "paint the roof of the house blue",
        "make its roof blue",
    ] {
        check_in("house -on-> grass", sentence, "house[blue roof]");
    }
    check_in("house[blue roof]", "make the roof red", "house[red roof]");
    check_in("house[red,blue roof]", "make the door green", "house[red,blue roof,green door]");
    check_in("house[blue roof]", "paint the house yellow", "house[blue roof,yellow]");
    check_in("house[blue roof]", "the roof is no longer blue", "house");
    check_in("house", "make the roof dark red", "house[dark red roof]");
    check_in("boy", "make his shirt green", "boy[green shirt]");
    check_in("boy", "the trousers are brown", "boy[brown trousers]");
    check_in("boy", "make the boy's hair black", "boy[black hair]");
}

#[test]
fn which_of_several_is_asked_and_all_may_be_meant() {
    check_in("house; barn", "make the roof blue", "? house | barn");
    check_in("house; barn", "make the barn's roof blue", "barn[blue roof]");
    check_in("house; barn", "make the roof of the barn blue", "barn[blue roof]");
    check_in("house; barn", "make the roofs blue", "house[blue roof]; barn[blue roof]");
    check_in("house; barn", "make the door blue", "house[blue door]");
    check_in("house[red roof]; barn", "make the red roof blue", "house[blue roof]");
}

#[test]
fn an_object_of_that_name_comes_first() {
    check_in("house; roof", "make the roof blue", "roof[blue]");
    check_in("house; roof", "make the roof of the house blue", "house[blue roof]");
    check_in("car", "make the roof blue", "! the roof");
    check_in("", "a roof. make the roof blue", "roof[blue]");
}

#[test]
fn what_comes_with_a_colored_part() {
    check_in("", "a house with a blue roof", "house[blue roof]");
    check_in("", "a house with a red door and a blue roof", "house[red door,blue roof]");
    check_in("", "a boy in a red shirt", "boy[red shirt]");
    check_in("", "a boy wearing a red shirt and brown trousers", "boy[red shirt,brown trousers]");
    check_in("", "a boy with black hair on the grass", "boy -on-> grass; boy[black hair]");
    // Without a color, or of something that has no such part, it is an object.
    check_in("", "a house with a door", "house -has-> door");
    check_in("", "a car with a red door", "car -has-> door; door[red]");
}

#[test]
fn colors_of_whole_things() {
    check_in("", "a red car", "car[red]");
    check_in("house", "paint the house navy blue", "house[navy blue]");
    check_in("house; car", "paint the house and the car yellow", "house[yellow]; car[yellow]");
    check_in("house", "at night", "sky[night]");
    check_in("", "a scarlet car", "car[scarlet]");
    check_in("", "a black and white cow", "cow[black,white]");
    check_in("cow[brown]", "make the cow black and white", "cow[black,white]");
    check_in("cow[black,white]", "make the cow brown", "cow[brown]");
}
