//! Every sentence of `USERS.md`, in its order.

use crate::{check, check_in, conversation};

#[test]
fn users_add() {
    check("add kite in sky", "kite -in-> sky");
    check_in("kite; sky", "add kite in sky", "kite#2 -in-> sky");
    check("sky above grass", "sky -above-> grass");
    check_in("sky; grass", "sky above grass", "sky -above-> grass");
    check("add a sheep standing on the grass", "sheep -standing on-> grass");
    conversation(
        "sky -above-> grass",
        &[
            ("add a sheep standing on the grass", "sheep -standing on-> grass"),
            ("put another sheep by it", "sheep#2 -by-> sheep"),
            ("add a tree behind the sheep", "? sheep | sheep#2"),
            ("1", "tree -behind-> sheep"),
            ("ocean by the tree", "ocean -by-> tree"),
            ("add a boat in the ocean", "boat -in-> ocean"),
            ("move the boat onto the grass", "-boat -in-> ocean; boat -on-> grass"),
        ],
    );
    check_in("sheep -standing on-> grass", "add a tree behind the sheep", "tree -behind-> sheep");
    check_in("tree", "ocean by the tree", "ocean -by-> tree");
    check_in("ocean", "add a boat in the ocean", "boat -in-> ocean");
}

#[test]
fn users_change() {
    check_in("zebra -standing on-> grass", "change the zebra to a sheep", "zebra => sheep");
    conversation(
        "",
        &[
            ("draw a ball in the middle", "ball@middle centre"),
            ("make the ball smaller", "ball{small}@middle centre"),
            ("put the ball on a table", "ball{small}; ball -on-> table"),
        ],
    );
    check_in("helicopter", "move the helicopter towards the top", "helicopter@top");
    check("there is a sun on the right and a cloud on the left", "sun@right; cloud@left; ~ sun");
    check_in("background; man", "change the background to a lake", "background => water");
    check_in("man; mountain -behind-> man", "change the background to a lake", "mountain => water");
    check_in("man", "change the background to a lake", "water -behind-> man");
    check_in("sky -above-> grass; sheep -on-> grass", "change the background to a lake", "? sky | grass");
}

#[test]
fn users_counts_and_pronouns() {
    conversation(
        "",
        &[
            ("two sheep on the grass", "sheep -on-> grass; sheep#2 -on-> grass"),
            (
                "add three more trees behind them",
                "tree -behind-> sheep; tree -behind-> sheep#2; tree#2 -behind-> sheep; tree#2 -behind-> sheep#2; \
                 tree#3 -behind-> sheep; tree#3 -behind-> sheep#2",
            ),
        ],
    );
    conversation("sky", &[("add a kite", "kite"), ("delete it", "-kite")]);
    check_in("sheep@left; sheep#2@right", "remove the left sheep", "-sheep");
    check_in("sheep -left of-> sheep#2", "remove the left sheep", "-sheep");
    check_in("sheep; sheep#2", "remove the left sheep", "? sheep | sheep#2");
    check_in("sky; grass; dog -on-> grass", "remove everything except the sky", "-grass; -dog");
    check_in("tree; tree#2; tree#3", "replace the second tree with a house", "tree#2 => house");
    check_in("person", "rename the person to Anna", "person=\"Anna\"");
    check_in("man", "rename the person to Anna", "man=\"Anna\"");
}

#[test]
fn users_sizes_and_places() {
    check_in("sheep@left; sheep#2@right", "make the left sheep bigger", "sheep{large}@left");
    conversation(
        "ball; sky",
        &[("lock the ball", "lock ball"), ("make it twice as large", "! make it twice as large")],
    );
    check_in("cloud; cloud#2; sky", "shrink all the clouds", "cloud{small}; cloud#2{small}");
    check_in("boat", "move the boat left a bit", "boat@left");
    check_in("boat<0.4 0.4 0.6 0.6>", "move the boat left a bit", "boat<0.34 0.40 0.54 0.60>");
    check_in("cow", "put the cow in the bottom right corner", "cow@bottom right");
}

#[test]
fn users_relations() {
    check_in("dog; cat", "the dog is left of the cat", "dog -left of-> cat; ~ left of");
    check_in("dog -left of-> cat", "the dog is no longer left of the cat", "-dog -left of-> cat");
    check_in("dog -left of-> cat", "swap the cat and the dog", "-dog -left of-> cat; cat -left of-> dog");
    check_in("dog@left; cat@right", "swap the cat and the dog", "dog@right; cat@left");
    check_in(
        "sheep -standing on-> grass",
        "duplicate the sheep to the right",
        "sheep#2 -standing on-> grass; sheep#2 -right of-> sheep; ~ right of",
    );
    check("add sea", "ocean");
    check(
        "a man riding a horse near a river, mountains behind",
        "man -riding-> horse; horse -near-> water; mountain -behind-> water; mountain#2 -behind-> water",
    );
}

#[test]
fn users_looks_and_steps() {
    check_in("tree; house", "try another look for the tree", "look tree");
    check_in("tree; house; sky", "lock the house / keep everything else", "lock house; lock tree; lock sky");
    conversation(
        "tree; house; sky",
        &[("make the tree bigger", "tree{large}"), ("keep everything else", "lock house; lock sky")],
    );
    conversation(
        "sheep@left; sheep#2@right",
        &[("remove the left sheep", "-sheep"), ("no, the other one", "undo 1; -sheep#2"), ("undo that", "undo 1")],
    );
    conversation(
        "",
        &[("add a dog", "dog"), ("add a cat", "cat"), ("go back two steps", "undo 2"), ("redo", "redo 1")],
    );
}

#[test]
fn the_sentence_of_the_paper() {
    check(
        "a sheep by another sheep standing on the grass with sky above and a boat in the ocean by a tree behind the sheep",
        "sheep -by-> sheep#2; sheep#2 -standing on-> grass; sky -above-> grass; boat -in-> ocean; ocean -by-> tree; \
         tree -behind-> sheep#2",
    );
}
