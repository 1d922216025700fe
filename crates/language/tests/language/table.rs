//! Sentences by subject.

use crate::{check, check_in, conversation};

#[test]
fn adding() {
    check("add a dog", "dog");
    check("Add a DOG.", "dog");
    check("please add a dog", "dog");
    check("dog", "dog");
    check("a dog and a cat", "dog; cat");
    check("a dog, a cat and a horse", "dog; cat; horse");
    check("add two dogs and three cats", "dog; dog#2; cat; cat#2; cat#3");
    check("add 3 trees", "tree; tree#2; tree#3");
    check("add a couple of clouds", "cloud; cloud#2");
    check("add some flowers", "flower; flower#2; flower#3");
    check("add trees", "tree; tree#2");
    check("add sunglasses", "sunglass");
    check("insert a traffic-light", "traffic light");
    check("create a hot air balloon above the grass", "hot air balloon -above-> grass; ~ hot air balloon");
    check("give me a boat", "boat");
    check("i want a boat in the ocean", "boat -in-> ocean");
    check("let there be a mountain", "mountain");
    check("there are two birds in the sky", "bird -in-> sky; bird#2 -in-> sky");
    check("a bird in the sky; a boat in the ocean", "bird -in-> sky; boat -in-> ocean");
    check("add a dog. Add a cat", "dog; cat");
    check("add a dog then add a cat", "dog; cat");
    check("add a cat and a dog on the grass", "cat -on-> grass; dog -on-> grass");
    check("add a car on the street and a kite in the sky", "car -on-> street; kite -in-> sky");
    check("add a wug", "wug; ~ wug");
    check("add two wugs", "wug; wug#2; ~ wug");
    conversation("", &[("add a sheep", "sheep"), ("add another one", "sheep#2"), ("two more", "sheep#3; sheep#4")]);
    check_in("sheep", "one more sheep", "sheep#2");
    check_in("sheep", "add a second sheep behind the first sheep", "sheep#2 -behind-> sheep");
    check("add 51 trees", "! 51 trees");
    check("add a lorry", "truck");
    check("add a bicycle", "bike");
    check("add a seagull and a yacht", "bird; boat");
    check("add a person called Anna", "person=\"Anna\"");
    check("add a dog named \"Old Shep\"", "dog=\"Old Shep\"");
    check("add two people", "person; person#2");
    check("add people on the street", "people -on-> street");
}

#[test]
fn looks() {
    check("a red car", "car[red]");
    check("add a small red car", "car[red]{small}");
    check("add a big old tree behind the house", "tree[old]{large}; tree -behind-> house");
    check("a light blue car", "car[light blue]");
    check("an orange", "orange");
    check("an orange car", "car[orange]");
    check("a shiny car", "car[shiny]");
    check("a zorby car", "car[zorby]; ~ zorby");
    check("add a wooden table", "table[wooden]");
    check("a stone wall", "wall[stone]");
    check("a gray elephant", "elephant[grey]");
    check_in("roof", "make the roof blue", "roof[blue]");
    check_in("roof[red,old]", "make the roof blue", "roof[old,blue]");
    check_in("car[red]", "the car is no longer red", "car");
    check_in("car", "the car is not red", "! red");
    check_in("car", "the car is red", "car[red]");
    check_in("car", "paint the car green", "car[green]");
    check_in("car", "turn the car yellow", "car[yellow]");
    check_in("car", "change the colour of the car to red", "car[red]");
    check_in("car; car#2[red]", "remove the red car", "-car#2");
    check_in("car; car#2[red]", "make the red one blue", "car#2[blue]");
    check_in("orange", "make the orange blue", "orange[blue]");
    check_in("car", "make it a red car", "! it");
    check_in("sky", "make the sky cloudy", "sky[cloudy]");
    check_in("car", "make the car red and shiny", "car[red,shiny]");
    check_in("car", "make the car big and red", "car[red]{large}");
    check("a dog sleeping on the grass", "dog -on-> grass");
    check("add a cat sleeping", "cat[sleeping]");
}

#[test]
fn light() {
    check("a boat in the ocean at night", "boat -in-> ocean; sky[night]");
    check_in("sky; grass", "make it night", "sky[night]");
    check_in("sky[night]; grass", "it is morning", "sky[morning]");
    check_in("sky[night]", "at sunset", "sky[evening]");
    check_in("sky", "let it snow", "sky[snowy]");
    check_in("sky", "it's raining", "sky[rainy]");
    check_in("sky", "foggy", "sky[foggy]");
    check("a street at night", "street; sky[night]");
    check("a cloudy sky above the ocean", "sky[cloudy]; sky -above-> ocean");
}

#[test]
fn relations() {
    check("a cat under the table", "cat -under-> table");
    check("the clock is on the wall", "clock -on-> wall");
    check("a clock hanging on the wall", "clock -hanging on-> wall");
    check("a clock hanging from the wall", "clock -hanging on-> wall");
    check("a man wearing a hat", "man -wearing-> hat");
    check("a man with a hat", "man -with-> hat");
    check("a man in front of a house", "man -in front of-> house");
    check("a car parked on the street", "car -parked on-> street");
    check("a dog sitting on a bench next to a tree", "dog -sitting on-> bench; bench -next to-> tree");
    check_in("bench; tree", "add a dog on the bench next to the tree", "dog -on-> bench; dog -next to-> tree");
    check("a dog sitting on a bench and next to a tree", "dog -sitting on-> bench; dog -next to-> tree");
    check("a man on a horse holding a kite", "man -on-> horse; man -holding-> kite");
    check("a man in the ocean holding a kite", "man -in-> ocean; man -holding-> kite");
    check("a bird to the left of a tree", "bird -left of-> tree; ~ left of");
    check("a bird on the right side of a tree", "bird -right of-> tree; ~ right of");
    check("a ball between the cat and the dog", "ball -next to-> cat; ball -next to-> dog");
    check("two dogs next to each other", "dog#2 -next to-> dog");
    check("a dog by the tree and the house", "dog -by-> tree; dog -by-> house");
    check("a dog by a tree and a house", "dog -by-> tree; house");
    check("a plane flying over the mountain", "plane -over-> mountain");
    check("a dog standing behind the fence", "dog -behind-> fence");
    check("a dog chasing a cat", "dog -chasing-> cat");
    check_in("dog; cat", "the dog chases the cat", "dog -chases-> cat");
    check("a horse jumping over the fence", "horse -over-> fence");
    check("a cow eats the grass", "cow -eating-> grass");
    check("the man has a beard", "/ has a beard; man");
    check_in("man", "give the man a hat", "man -has-> hat");
    check_in("car -below-> kite", "the car is above the kite", "-car -below-> kite; car -above-> kite");
    check_in("dog -left of-> cat", "the cat is left of the dog", "-dog -left of-> cat; cat -left of-> dog; ~ left of");
    check_in("kite -in-> sky", "kite in sky", "");
    check_in("dog -by-> cat; dog -behind-> cat", "the dog is not behind the cat", "-dog -behind-> cat");
    check_in("dog; cat", "the dog isn't behind the cat", "! the dog isn't behind the cat");
    check("window on building", "window -on-> building");
    check("a tree with a bird above it", "bird -above-> tree");
    check("grass with a tree behind and a cow in front", "tree -behind-> grass; cow -in front of-> grass");
    check("put a table on the floor, and a ball on it", "table -on-> floor; ball -on-> table");
    check("add a car on the road and make it red", "car -on-> road; car[red]");
    check_in("man; horse", "the man is riding the horse", "man -riding-> horse");
    check_in(
        "sheep; sheep#2; grass",
        "all the sheep are standing on the grass",
        "sheep -standing on-> grass; sheep#2 -standing on-> grass",
    );
}

#[test]
fn moving() {
    check_in("boat -in-> ocean; grass", "put the boat on the grass", "-boat -in-> ocean; boat -on-> grass");
    check_in("dog -next to-> cat; tree", "move the dog next to the tree", "-dog -next to-> cat; dog -next to-> tree");
    check_in("dog -on-> grass; tree", "move the dog behind the tree", "dog -behind-> tree");
    check_in("sun", "move the sun to the top left", "sun@top left");
    check_in("sun", "move the sun to the top left corner of the picture", "sun@top left");
    check_in("sun", "move the sun up", "sun@top");
    check_in("sun@bottom", "move the sun up", "sun@middle");
    check_in("sun@left", "move the sun to the right", "sun@centre");
    check_in("sun", "move the sun to the right side", "sun@right");
    check_in("sun", "move the sun up and to the left", "sun@top left");
    check_in("sun<0.4 0.4 0.6 0.6>", "move the sun down a lot", "sun<0.40 0.70 0.60 0.90>");
    check_in("sun<0.4 0.4 0.6 0.6>", "put the sun in the top left corner", "sun@top left<0.07 0.07 0.27 0.27>");
    check_in("sheep@left; sheep#2@right", "move the sheep on the left to the top", "sheep@top");
    check_in("tree", "put the tree in the background", "tree@top");
    check_in("cat; dog", "move both to the left", "! both");
    check_in("cat; dog", "move the cat and the dog to the bottom", "cat@bottom; dog@bottom");
    check_in("cat", "put the cat on a red chair", "chair[red]; cat -on-> chair");
    check_in("kite; sky", "put kite in sky", "kite -in-> sky");
    check_in("cat", "move the cat left of the tree", "cat -left of-> tree; ~ left of");
    check_in("cat", "the cat is in the middle", "cat@middle centre");
    check_in("ball -on-> table; box", "put the ball into the box", "-ball -on-> table; ball -in-> box");
    check_in("cat", "move the cat", "! move the cat");
    check_in("lamp", "raise the lamp", "lamp@top");
}

#[test]
fn removing() {
    check_in("dog", "remove the dog", "-dog");
    check_in("dog; cat", "delete the dog and the cat", "-cat; -dog");
    check_in("dog; cat; sky", "get rid of the dog", "-dog");
    check_in("dog; cat; sky", "clear", "-dog; -cat; -sky");
    check_in("dog; cat; sky", "start over", "-dog; -cat; -sky");
    check_in("dog; cat; sky", "remove everything but the dog and the cat", "-sky");
    check_in("dog; cat; sky", "keep only the dog", "-cat; -sky");
    check_in("cloud; cloud#2; sky", "remove the clouds", "-cloud; -cloud#2");
    check_in("cloud; cloud#2; sky", "no more clouds", "-cloud; -cloud#2");
    check_in("cloud; cloud#2; sky", "there are no clouds", "-cloud; -cloud#2");
    check_in("cloud; cloud#2", "remove the second cloud", "-cloud#2");
    check_in("cloud; cloud#2", "remove the last cloud", "-cloud#2");
    check_in("cloud; cloud#2", "remove both clouds", "-cloud; -cloud#2");
    check_in("sheep -behind-> tree; sheep#2", "remove the sheep behind the tree", "-sheep");
    check_in("man -with-> hat; man#2", "remove the man with the hat", "-man");
    check_in("sheep@left; sheep#2@right", "remove the sheep on the right", "-sheep#2");
    check_in("sheep; sheep#2[black]", "remove all the sheep except the black one", "-sheep");
    check_in("sheep@left; sheep#2@right; sheep#3@top", "remove every sheep except the left one", "-sheep#2; -sheep#3");
    check_in("boat -in-> ocean", "remove the boat from the ocean", "-boat");
    check_in("window -on-> house; window#2", "remove the window from the house", "-window");
    check_in("dog; person=\"Anna\"", "remove Anna", "-person");
    check_in("dog", "remove the elephant", "! the elephant");
    check_in("sheep", "remove the shep", "-sheep");
    check_in("dog; cat; bird", "remove the dog and keep the rest", "-dog; lock cat; lock bird");
    check_in("sheep; man", "remove the animal", "-sheep");
    check_in("sheep{small}; sheep#2{huge}", "remove the biggest sheep", "-sheep#2");
    check("remove everything", "! everything");
}

#[test]
fn changing() {
    check_in("car -on-> street", "replace the car with a bus", "car => bus");
    check_in("car -on-> street", "replace the car on the street with a bus", "car => bus");
    check_in("car", "turn the car into a bus", "car => bus");
    check_in("car", "make the car a bus", "car => bus");
    check_in("car", "swap the car for a bus", "car => bus");
    check_in("car", "use a bus instead of the car", "car => bus");
    check_in("car", "change the car to a big red bus", "car => bus; bus[red]{large}");
    check_in("zebra; zebra#2", "change the zebras to sheep", "zebra => sheep; zebra#2 => sheep#2");
    check_in("car", "the car becomes a bus", "car => bus");
    check_in("tree -on-> grass", "replace the tree with two houses", "tree => house; house#2 -on-> grass");
    check_in("tree; tree#2", "replace all trees by houses", "tree => house; tree#2 => house#2");
    check_in("dog", "rename the dog to cat", "dog => cat");
    check_in("dog", "call the dog Rex", "dog=\"Rex\"");
    check_in("dog", "rename the dog to \"rex\"", "dog=\"rex\"");
    check_in("dog", "the dog is called Rex", "dog=\"Rex\"");
    check_in("dog=\"Rex\"", "make Rex bigger", "dog{large}=\"Rex\"");
    check_in("tree", "make the tree huge", "tree{huge}");
    check_in("tree{huge}", "make the tree bigger", "");
    check_in("tree{large}", "make the tree much smaller", "tree{small}");
    check_in("tree", "make the tree a bit smaller", "tree{small}");
    check_in("tree{large}; house{medium}", "make the tree the same size as the house", "tree{medium}");
    check_in("tree; house{large}", "make the tree bigger than the house", "tree{huge}");
    check_in("tree", "make the tree half as big", "tree{small}");
    check_in("tree", "enlarge the tree", "tree{large}");
    check_in("tree", "double the size of the tree", "tree{large}");
    check_in("tree", "scale the tree down", "tree{small}");
    check_in("ball<0.4 0.4 0.6 0.6>", "make the ball twice as large", "ball{medium}<0.36 0.36 0.64 0.64>");
    check_in("cat@left; dog; cat#2@right", "swap the cats", "cat@right; cat#2@left");
    check_in(
        "cat -on-> chair; dog -on-> floor",
        "swap the cat with the dog",
        "-cat -on-> chair; -dog -on-> floor; cat -on-> floor; dog -on-> chair",
    );
    check_in("tree", "duplicate the tree", "tree#2");
    check_in("tree", "copy the tree twice", "tree#2; tree#3");
    check_in("tree -on-> grass", "clone the tree 2 times", "tree#2 -on-> grass; tree#3 -on-> grass");
    check_in("tree; house", "duplicate the tree behind the house", "tree#2 -behind-> house");
}

#[test]
fn keeping_and_looks() {
    check_in("house; tree", "lock the house", "lock house");
    check_in("house; tree", "don't change the house", "lock house");
    check_in("house; tree", "keep the house as it is", "lock house");
    check_in("house; tree", "lock everything", "lock house; lock tree");
    conversation("house", &[("lock the house", "lock house"), ("unlock it", "free house")]);
    check_in("house<0.1 0.1 0.3 0.3>", "release the house", "house");
    check_in("tree", "try another tree", "look tree");
    check_in("tree", "redraw the tree", "look tree");
    check_in("tree", "give the tree another look", "look tree");
    check_in("tree", "try again", "look picture");
    check_in("tree", "another look for the tree", "look tree");
}

#[test]
fn steps() {
    check("undo", "undo 1");
    check("undo 3 steps", "undo 3");
    check("undo the last two changes", "undo 2");
    check("go back", "undo 1");
    check("go back a step", "undo 1");
    check("take that back", "undo 1");
    check("redo two steps", "redo 2");
    check("undo and add a dog", "dog; ! undo");
}

#[test]
fn asking() {
    conversation("sheep; sheep#2", &[("remove the sheep", "? sheep | sheep#2"), ("2", "-sheep#2")]);
    conversation("sheep; sheep#2", &[("remove the sheep", "? sheep | sheep#2"), ("the first one", "-sheep")]);
    conversation(
        "sheep@left; sheep#2@right",
        &[("remove the sheep", "? sheep | sheep#2"), ("the right one", "-sheep#2")],
    );
    conversation("sheep; sheep#2[black]", &[("remove the sheep", "? sheep | sheep#2"), ("the black one", "-sheep#2")]);
    conversation(
        "sheep -behind-> tree; sheep#2",
        &[("remove the sheep", "? sheep | sheep#2"), ("the one behind the tree", "-sheep")],
    );
    conversation("sheep; sheep#2", &[("remove the sheep", "? sheep | sheep#2"), ("both", "-sheep; -sheep#2")]);
    conversation("sheep; sheep#2", &[("remove the sheep", "? sheep | sheep#2"), ("none", ""), ("2", "! 2")]);
    conversation("sheep; sheep#2", &[("remove the sheep", "? sheep | sheep#2"), ("7", "! 7"), ("1", "-sheep")]);
    conversation("sheep; sheep#2", &[("remove the sheep", "? sheep | sheep#2"), ("add a dog", "dog"), ("1", "! 1")]);
    conversation(
        "sheep; sheep#2; tree; tree#2",
        &[
            ("put the sheep behind the tree", "? sheep | sheep#2"),
            ("second", "? tree | tree#2"),
            ("the first", "sheep#2 -behind-> tree"),
        ],
    );
    conversation(
        "sheep; sheep#2; sheep#3",
        &[
            ("make the second sheep bigger", "sheep#2{large}"),
            ("no, the other one", "? sheep | sheep#2 | sheep#3"),
            ("3", "undo 1; sheep#3{large}"),
            ("no, the first one", "undo 1; sheep{large}"),
        ],
    );
    conversation(
        "",
        &[
            ("a sheep by another sheep and a tree behind the sheep", "sheep -by-> sheep#2; tree -behind-> sheep#2"),
            ("no, the other one", "undo 1; sheep -by-> sheep#2; tree -behind-> sheep"),
        ],
    );
    conversation("sheep", &[("no, the other one", "! no, the other one")]);
    conversation(
        "sheep; sheep#2; dog",
        &[
            ("add a tree by the second sheep", "tree -by-> sheep#2"),
            ("no, the other one", "undo 1; tree -by-> sheep"),
            ("make it bigger", "tree{large}"),
        ],
    );
    conversation("dog; dog#2", &[("make the first dog red", "dog[red]"), ("and the other one green", "dog#2[green]")]);
    conversation("dog; dog#2", &[("make the first dog red", "dog[red]"), ("make the other one green", "dog#2[green]")]);
}

#[test]
fn not_understood() {
    check("xyzzy", "! xyzzy");
    check("ad a kite", "/ ad; kite");
    check("romove the sheep", "! the sheep");
    check("add", "! add");
    check("add a sheep standing on", "/ standing on; sheep");
    check("add kite inn the sky", "kite -in-> sky");
    check("@#$%", "! @#$%");
    check("", "");
    check("   ", "");
    check("add a sheep on the gras", "sheep -on-> grass");
    check_in("dog", "make the dog flurb", "! flurb");
    check_in("dog", "it is red", "! it");
}

#[test]
fn both_sequences_of_the_paper() {
    conversation(
        "",
        &[
            ("sky above grass, zebra standing on the grass", "sky -above-> grass; zebra -standing on-> grass"),
            ("change the zebra to a sheep", "zebra => sheep"),
            ("add another sheep by the sheep", "sheep#2 -by-> sheep"),
            ("add a tree behind the first sheep", "tree -behind-> sheep"),
            ("ocean by the tree", "ocean -by-> tree"),
            ("a boat in the ocean", "boat -in-> ocean"),
            ("move the boat onto the grass", "-boat -in-> ocean; boat -on-> grass"),
        ],
    );
    conversation(
        "",
        &[
            (
                "a car on the street, a line on the street and sky above the street",
                "car -on-> street; line -on-> street; sky -above-> street",
            ),
            ("replace the car with a bus", "car => bus"),
            ("add a car on the street", "car -on-> street"),
            ("add kite in sky", "kite -in-> sky"),
            ("the car is below the kite", "car -below-> kite"),
            ("remove the kite and add a building behind the street", "-kite; building -behind-> street"),
            ("add a window on the building", "window -on-> building"),
        ],
    );
}
