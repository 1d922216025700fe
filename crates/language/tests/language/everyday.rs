//! Everyday sentences: captions, dialogues, edits, pasted prompts, triples. In the words of the illustrated world.

use crate::notation::{self, Conversation, expected};
use scenewright_scene::vocab::Vocabulary;

#[track_caller]
fn check_in(start: &str, sentence: &str, change: &str) {
    notation::check_in(Vocabulary::illustrated(), start, sentence, change);
}

#[track_caller]
fn check(sentence: &str, change: &str) {
    check_in("", sentence, change);
}

#[track_caller]
fn conversation(start: &str, sentences: &[(&str, &str)]) {
    notation::conversation(Vocabulary::illustrated(), start, sentences);
}

/// Compares a table row by row, and shows every row that differs.
#[track_caller]
fn table(rows: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (start, sentence, change) in rows {
        let done = Conversation::new(start, Vocabulary::illustrated()).say(sentence);
        if done != expected(change) {
            wrong.push(format!(
                "{sentence:?} in front of {start:?}\n    does     {}\n    expected {}",
                done.join("; "),
                expected(change).join("; ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn captions() {
    table(&[
        ("", "a boy flying a kite", "boy -flying-> kite"),
        ("", "a man wearing a hat", "man -wearing-> hat"),
        ("", "a man walking a dog", "man -walking-> dog"),
        ("", "a dog chasing a cat", "dog -chasing-> cat"),
        ("", "a woman reading a book on a bench", "woman -reading-> book; woman -on-> bench"),
        ("", "a girl kicking a ball", "girl -kicking-> ball"),
        ("", "two kids playing on the grass", "boy -on-> grass; boy#2 -on-> grass"),
        ("", "a cat asleep on a sofa", "cat -asleep on-> sofa"),
        ("", "a bird perched on a fence", "bird -sitting on-> fence"),
        ("", "a car parked in front of a house", "car -in front of-> house"),
        ("", "a boat pulled by a tractor", "tractor -pulling-> boat"),
        ("", "a mouse being chased by a cat", "cat -chasing-> mouse"),
        ("", "a poodle next to a dinghy", "poodle -next to-> dinghy"),
        ("", "a cottage on a hill", "cottage -on-> hill"),
        ("", "a shepherd with three sheep", "shepherd -has-> sheep; shepherd -has-> sheep#2; shepherd -has-> sheep#3"),
        ("", "a street with two cars", "car -on-> street; car#2 -on-> street"),
        ("", "a sky with clouds", "cloud -in-> sky; cloud#2 -in-> sky"),
        ("", "a table with a cup and a plate", "cup -on-> table; plate -on-> table"),
        (
            "",
            "a field with mountains in the distance",
            "mountain@top; mountain#2@top; mountain -behind-> field; mountain#2 -behind-> field",
        ),
        ("", "two men riding horses", "man -riding-> horse; man#2 -riding-> horse#2"),
        (
            "",
            "three girls holding balloons",
            "girl -holding-> balloon; girl#2 -holding-> balloon#2; girl#3 -holding-> balloon#3",
        ),
        ("", "a herd of cows in a field", "cow -in-> field; cow#2 -in-> field; cow#3 -in-> field; cow#4 -in-> field"),
        ("", "a flock of birds in the sky", "bird -in-> sky; bird#2 -in-> sky; bird#3 -in-> sky; bird#4 -in-> sky"),
        ("", "a horse standing in a field next to another horse", "horse -in-> field; horse -next to-> horse#2"),
        ("", "a kitchen table with a lamp", "lamp -on-> kitchen table"),
        ("", "The sky is blue. The grass is green.", "sky[blue]; grass[green]"),
        ("", "the sky is cloudy. it is dusk.", "sky[cloudy,evening]"),
        (
            "",
            "There are two cars on the street. The first car is red. The second one is blue.",
            "car[red]; car#2[blue]; car -on-> street; car#2 -on-> street",
        ),
        (
            "",
            "a dog is to the left of the house and a cat is to its right",
            "dog -left of-> house; cat -right of-> house",
        ),
        ("", "a boy on the left facing right", "boy[facing right]@left"),
        ("", "a dog facing left next to a girl", "dog[facing left]; dog -next to-> girl"),
        ("", "a plate of cookies on the table", "plate -on-> table; cookie -on-> plate"),
        ("", "a man without a hat", "man"),
        ("", "a man with a hat and a woman without one", "man -has-> hat; woman"),
        ("", "a street with cars and no people", "car -on-> street; car#2 -on-> street"),
        (
            "",
            "in the background are mountains, in the foreground a flower",
            "mountain@top; mountain#2@top; flower@bottom",
        ),
        ("", "there is a house. behind the house is a mountain", "mountain -behind-> house"),
        (
            "",
            "on the left there is a big tree. on the right there is a small house",
            "tree{large}@left; house{small}@right",
        ),
        ("", "a big sun, top left corner", "sun{large}@top left"),
        ("", "a man riding a bike down a street", "man -riding-> bike; bike -down-> street"),
        ("", "a dog on a sunny day", "dog; sky[day]"),
        ("", "houses on both sides of the street", "house -left of-> street; house#2 -right of-> street"),
    ]);
}

#[test]
fn pasted_text() {
    table(&[
        ("", "(sheep, on, grass)", "sheep -on-> grass"),
        ("", "(sheep, on, grass), (tree, behind, sheep)", "sheep -on-> grass; tree -behind-> sheep"),
        ("", "sheep -> on -> grass", "sheep -on-> grass"),
        ("", "house-behind-tree", "house -behind-> tree"),
        ("", "tree, house, fence", "tree; house; fence"),
        ("", "- tree\n- house", "tree; house"),
        ("", "1. a tree\n2. a house", "tree; house"),
        ("", "barn, fence, masterpiece, best quality, 8k", "barn; fence; / masterpiece; / best quality; / 8k"),
        ("", "(red:1.3) barn, [fence] --ar 16:9", "barn[red]; fence; / :1.3; / --ar 16:9"),
        ("", "1girl, 2dogs", "girl; dog; dog#2"),
        ("", "\u{201c}add a tree\u{201d} \u{2013} and a house\u{2026}", "tree; house"),
        ("", "a cat w/ a hat", "cat -has-> hat"),
        ("", "add a dog 🐶", "dog; / 🐶"),
        ("", "ADD A HORSE!!! NOW", "horse"),
        ("", "ajoute un arbre", "! ajoute un arbre"),
        ("", "füge einen Baum hinzu", "! füge einen Baum hinzu"),
        ("", "add 2-3 bushes", "bush; bush#2; bush#3"),
        ("", "two or three dogs", "dog; dog#2; dog#3"),
        ("", "a photo of a lion", "lion"),
        ("", "an illustration of a fox in the snow", "fox -in-> snow"),
        ("", "theres a tree", "tree"),
    ]);
}

#[test]
fn wishes_questions_and_asides() {
    table(&[
        ("sky", "could we get a rainbow?", "rainbow"),
        ("sky", "what if there was a rainbow in the sky?", "rainbow -in-> sky"),
        ("", "how about a tree?", "tree"),
        ("", "can you add a tree please?", "tree"),
        ("", "I want two dogs", "dog; dog#2"),
        ("", "i would like to see a castle on a hill", "castle -on-> hill"),
        ("dog", "let the dog wear a hat", "dog -wear-> hat"),
        ("dog", "have the dog sit on a sofa", "dog -sitting on-> sofa"),
        ("dog", "is the dog on the left?", "! is the dog on the left"),
        ("dog", "where is the dog?", "! where is the dog"),
        ("dog", "how many dogs are there", "! how many dogs are there"),
        ("dog", "if it rains, remove the dog", "! if it rains, remove the dog"),
        ("dog", "ok, thanks!", ""),
        ("dog", "that's perfect", ""),
        ("dog", "I don't like the dog", "! I don't like the dog"),
        ("sheep", "put something behind the sheep", "! something"),
    ]);
}

#[test]
fn references() {
    table(&[
        ("girl -has-> hat; hat#2", "remove the girl's hat", "-hat"),
        ("man -holding-> balloon; girl -holding-> balloon#2", "make her balloon red", "balloon#2[red]"),
        ("man -holding-> balloon; girl -holding-> balloon#2", "make his balloon red", "balloon[red]"),
        ("sky; girl", "add a dog next to her", "dog -next to-> girl"),
        ("tree; tree#2; bird -in-> tree#2", "make the tree that the bird is in taller", "tree#2{large}"),
        ("boy; boy#2 -next to-> tree", "the boy who is next to the tree is holding a ball", "boy#2 -holding-> ball"),
        (
            "tree<0.6 0.2 0.8 0.7>; tree#2<0.0 0.2 0.2 0.7>; tree#3<0.3 0.2 0.5 0.7>",
            "delete the second tree from the left",
            "-tree#3",
        ),
        (
            "tree<0.6 0.2 0.8 0.7>; tree#2<0.0 0.2 0.2 0.7>; tree#3<0.3 0.2 0.5 0.7>",
            "remove the second tree from the right",
            "-tree#3",
        ),
        ("tree<0.6 0.2 0.8 0.7>; tree#2<0.0 0.2 0.2 0.7>", "remove the leftmost tree", "-tree#2"),
        ("tree; tree#2; tree#3", "remove the second tree from the left", "? tree | tree#2 | tree#3"),
        ("bird -in-> sky; kite -in-> sky; dog", "delete everything in the sky", "-bird; -kite"),
        ("cup -on-> table; book -on-> table; dog", "remove everything on the table", "-cup; -book"),
        ("dog; cat; tree", "remove all animals", "-dog; -cat"),
        ("car; bus; boat; tree", "remove all vehicles", "-car; -bus; -boat"),
        ("poodle; tree", "make the dog bigger", "poodle{large}"),
        ("sheep; sheep#2[black]", "remove the black sheep", "-sheep#2"),
        ("car[blue]", "remove the red car", "! the red car"),
        ("sheep; tree", "make the white sheep bigger", "sheep{large}"),
        ("boy; boy#2", "give each boy a kite", "boy -has-> kite; boy#2 -has-> kite#2"),
    ]);
}

#[test]
fn edits() {
    table(&[
        (
            "cat -under-> table",
            "the cat should sit on the table rather than under it",
            "-cat -under-> table; cat -sitting on-> table",
        ),
        ("cat -on-> table", "take the cat off the table", "-cat -on-> table"),
        ("boat -in-> ocean; grass", "move the boat onto the grass", "-boat -in-> ocean; boat -on-> grass"),
        ("boat -in-> ocean; grass", "boat on grass", "-boat -in-> ocean; boat -on-> grass"),
        ("boat -in-> ocean; grass", "the boat is on the grass", "-boat -in-> ocean; boat -on-> grass"),
        ("cup -on-> table; shelf", "put the cup on the shelf", "-cup -on-> table; cup -on-> shelf"),
        ("man -on-> boat; ocean", "the man is in the ocean", "man -in-> ocean"),
        ("lamp", "the lamp is too far left", "lamp@right"),
        ("lamp", "the lamp is too big", "lamp{small}"),
        ("car", "flip the car horizontally", "car[facing right]"),
        ("car[facing right]", "turn the car around", "car[facing left]"),
        ("dog", "turn the dog to the left", "dog[facing left]"),
        ("car; bus; street", "get rid of the bus and put a truck there instead", "bus => truck"),
        ("sky; cloud; cloud#2; sun", "everything but the sky and the sun can go", "-cloud; -cloud#2"),
        ("dog; people", "no people", "-people"),
        ("dog", "no people", ""),
        ("dog; cloud; cloud#2", "there are no clouds", "-cloud; -cloud#2"),
        ("car[red]; bus[red]", "neither the car nor the bus should be red", "car; bus"),
        ("sky; tree", "make it look like winter", "sky[snowy]"),
        ("sky; tree", "make it winter", "sky[snowy]"),
        ("sky", "night time", "sky[night]"),
        ("tree", "the tree should be removed", "-tree"),
        ("tree", "ditch the tree", "-tree"),
        ("tree", "I don't want the tree", "-tree"),
        ("fence", "have there be a bird on the fence", "bird -on-> fence"),
        ("dog; house", "make the dog as big as the house", "dog{medium}"),
        (
            "sky",
            "fill the sky with balloons",
            "balloon -in-> sky; balloon#2 -in-> sky; balloon#3 -in-> sky; balloon#4 -in-> sky; balloon#5 -in-> sky; balloon#6 -in-> sky; balloon#7 -in-> sky; balloon#8 -in-> sky",
        ),
        ("tree; girl", "move the tree so that it's half way behind the girl", "tree -behind-> girl; / half way"),
        ("", "a dog 2 feet left of a tree", "dog -left of-> tree; / 2 feet"),
        (
            "dog -left of-> tree",
            "move the dog to the other side of the tree",
            "-dog -left of-> tree; dog -right of-> tree",
        ),
        (
            "man -riding-> bike",
            "the man should ride a horse instead of a bike",
            "-man -riding-> bike; man -riding-> horse",
        ),
        ("girl -has-> hat", "take the hat off the girl", "-girl -has-> hat"),
        ("sky", "add two clouds to the sky", "cloud -in-> sky; cloud#2 -in-> sky"),
        ("grass; sky", "make the grass yellow and the sky pink", "grass[yellow]; sky[pink]"),
        ("tree; tree#2", "less trees", "-tree#2"),
        ("dog", "i don't see the dog", "! i don't see the dog"),
        ("grass", "add a baloon", "balloon"),
        ("sheep", "romove the sheep", "-sheep"),
    ]);
}

#[test]
fn conversations() {
    conversation("", &[("add a tree", "tree"), ("and two more", "tree#2; tree#3"), ("no, make that three", "tree#4")]);
    conversation(
        "",
        &[
            ("add a dog on the left", "dog@left"),
            ("it should be brown", "dog[brown]@left"),
            ("and bigger", "dog[brown]{large}@left"),
            ("actually remove it", "-dog"),
        ],
    );
    conversation("sky; grass", &[("another", "! another")]);
    conversation(
        "",
        &[("a dog and a cat", "dog; cat"), ("make the dog red", "dog[red]"), ("the cat green", "cat[green]")],
    );
    check(
        "two trees behind a house. The left tree is taller than the right one.",
        "tree -behind-> house; tree#2 -behind-> house; tree -left of-> tree#2; tree{large}",
    );
}

/// What is left out or not understood never turns the meaning round in silence.
#[test]
fn never_the_opposite() {
    for (start, sentence) in [
        ("tree", "don't add a dog"),
        ("tree; dog", "do not remove the tree"),
        ("tree; dog", "never remove the tree"),
        ("tree; dog", "remove the dog unless it is brown"),
        ("tree; dog", "the dog is not bigger than the tree"),
        ("tree; dog", "only if you must, remove the dog"),
    ] {
        let done = Conversation::new(start, Vocabulary::illustrated()).say(sentence);
        let changes: Vec<&String> = done.iter().filter(|line| !line.starts_with(['!', '/', '?'])).collect();
        assert!(changes.is_empty(), "{sentence:?}: {done:?}");
        assert!(!done.is_empty(), "{sentence:?} says nothing");
    }
    check_in("tree", "add a dog", "dog");
}
