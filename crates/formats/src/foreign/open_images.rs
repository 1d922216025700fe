//! Names of Open Images classes, whose files speak of them by number ("/m/07bgp").

use std::collections::HashMap;
use std::path::Path;

use super::table::{Table, column};
use super::words;

/// The everyday ones among the 601 boxable classes and the five attributes: the number without "/m/", and the name in lower case.
/// Source: Open Images V4 to V7, class-descriptions-boxable.csv, CC BY 4.0.
const CLASSES: &str = "\
011k07 tortoise|0120dh sea turtle|01226z football|012n7d ambulance|012w5l ladder|0130jx sink|0138tl toy|014j1m apple|0152hh snowman|
015p6 bird|015qbp parking meter|015qff traffic light|0162_1 towel|0167gd doll|0174k2 washing machine|0174n1 glove|0176mf belt|
017ftj sunglasses|018p4k cart|018xm ball|01940j backpack|0199g bicycle|019jd boat|019w40 surfboard|01b638 boot|01bjv bus|01bl7v boy|
01c648 laptop|01d40f dress|01dws bear|01dxs brown bear|01fdzj tower|01fh4r teapot|01g317 person|01j51 balloon|01j61q tent|01jfsr lantern|
01knjb billboard|01lynh stairs|01m2v computer keyboard|01mqdt traffic sign|01mzpv chair|01n4qj shirt|01n5jq poster|01nkt cheese|01nq26 sock|
01pns0 fire hydrant|01prls land vehicle|01rkbr tie|01rzcn watercraft|01s105 cabinetry|01s55n suitcase|01x3z clock|01xq0k1 cattle|01x_v camel|
01xygc coat|01xyhv suit|01y9k5 desk|01yrx cat|02068x gondola|020lf computer mouse|021mn cookie|021sj1 office building|0220r2 fountain|
02522 computer monitor|025dyy box|025nd christmas tree|026qbn5 studio couch|026t6 drum|029bxz oven|029tx dinosaur|02crq1 couch|02dgv door|
02dl1y hat|02h19r scarf|02hj4 dolphin|02jvh9 mug|02l8p9 harbor seal|02p5f1q coffee cup|02pv19 stop sign|02s195 vase|02vkqh8 wardrobe|
02vqfm coffee|02wbm food|02wbtzl sun hat|02wg_p tree house|02wmf flying disc|02wv6h6 skirt|02xwb fruit|02z51p nightstand|02zn6n barrel|
02zt3 kite|0306r fox|03120 flag|0319l horn|031b6r window blind|031n1 human foot|032b3c jacket|033cnk egg|033rq4 street light|0342h guitar|
034c16 pillow|035r7c human leg|0388q grape|03bj1 panda|03bk1 giraffe|03bt1vf woman|03d443 rhinoceros|03dnzn bathtub|03fj2 goldfish|
03fp41 houseplant|03fwl goat|03g8mr baseball bat|03grzl baseball glove|03jm5 house|03k3r horse|03m3pdh sofa bed|03nfch sandal|
03q69 human hair|03qrc hamster|03rszm curtain|03ssj5 bed|03tw93 fireplace|03vt0 insect|03__z0 bookcase|040b_t refrigerator|
04bcr3 table|04c0y kangaroo|04cp_ koala|04ctx knife|04dr76w bottle|04h7h lighthouse|04hgtk human head|04kkgm bowl|04m6gz porch|04m9y lizard|
04p0qw billiard table|04rmv mouse|04_sv motorcycle|04szw musical instrument|04yx4 man|050gv4 plate|050k8 mobile phone|052sf mushroom|
054fyh pitcher|054_l mirror|0584n8 briefcase|05ctyq tennis ball|05kyg_ chest of drawers|05n4y ostrich|05r5c piano|05r655 girl|05s2s plant|
05z6w penguin|05zsy pumpkin|061_f pear|061hd_ infant bed|0633h polar bear|0642b4 cupboard|0663v pizza|068zj pig|06_fw skateboard|06j2d raven|
06m11 rose|06mf6 rabbit|06msq sculpture|06ncr saxophone|06__v snowboard|06z37_ picture frame|071p9 ski|071qp squirrel|074d1 submarine|
078jl snake|078n6m coffee table|079cl skyscraper|07bgp sheep|07c52 television|07clx tea|07cmd tank|07cx4 telephone|07dm6 tiger|
07fbm7 strawberry|07gql trumpet|07j7r tree|07j87 tomato|07jdr train|07kng9 picnic basket|07mhn trousers|07r04 truck|07y_7 violin|07yv9 vehicle|
080hkjn handbag|081qc wine|083wq wheel|084zz whale|0898b zebra|08hvt4 jug|08pbxl monkey|096mb lion|09728 bread|09b5t chicken|09csl eagle|
09ct_ helicopter|09d5_ owl|09ddx duck|09dzg turtle|09f20 hippopotamus|09f_2 crocodile|09g1w toilet|09j2d clothing|09k_b lemon|09kmb spider|
09kx5 deer|09ld4 frog|09qck banana|09rvcxw rocket|09tvcd wine glass|0b3fp9 countertop|0bjyj5 waste container|0b_rs swimming pool|0bt9lr dog|
0bt_c3 book|0bwd_0j elephant|0by6g shark|0c06p candle|0c29q leopard|0c9ph5 flower|0cd4d cheetah|0cdl1 palm tree|0cdn1 hamburger|
0cgh4 building|0ch_cf fish|0c_jw furniture|0cl4p hedgehog|0cmf2 airplane|0cmx8 spoon|0cnyhnx bull|0cvnqh bench|0cxn2 ice cream|
0cydv caterpillar|0cyf8 butterfly|0cyhj_ orange|0d4v4 window|0d5gx castle|0dbvp goose|0dftk swan|0dj6p peach|0dt3t fork|0dtln lamp|
0dv5r camera|0dv9c racket|0dzct human face|0dzf4 human arm|0f9_l snail|0fj52s carrot|0fly7 jeans|0fm3zh flowerpot|0fp6w pineapple|
0fqfqc drawer|0fqt361 stool|0fszt cake|0ft9s dragonfly|0ftb8 sunflower|0fx9l microwave oven|0gj37 ladybug|0gjbg72 shelf|0gjkl watch|
0gv1x parrot|0h2r6 van|0h8my_4 tennis racket|0h8mzrc wall clock|0h8n5zk kitchen & dining room table|0hg7b microphone|0hkxq broccoli|
0hnnb umbrella|0jbk animal|0jqgx lily|0jy4k doughnut|0jyfg glasses|0k0pj human nose|0k1tl pen|0_k2 ant|0k4j car|0k5j aircraft|0k65p human hand|
0kmg4 teddy bear|0kpqd watermelon|0l515 sandwich|0n28_ crab|0nl46 crown|0nybt seahorse|0pcr alpaca|0pg52 taxi|0ph39 canoe|
0qmmr wheelchair|0zvk5 helmet|083vt wooden|02gy9n transparent|05z87 plastic|0dnr7 textile|04lbp leather";

/// Names by number, with the leading "/m/". A file of descriptions beside the graph adds to them.
pub(super) fn names(path: &Path) -> HashMap<String, String> {
    let ours = CLASSES.split('|').filter_map(|entry| entry.trim().split_once(' '));
    let mut names: HashMap<String, String> =
        ours.map(|(number, name)| (format!("/m/{number}"), name.to_owned())).collect();
    let files = words::beside(
        path,
        &["class-descriptions.csv", "class-descriptions-boxable.csv", "attributes-description.csv", "descriptions.csv"],
    );
    for text in files.iter().filter_map(|path| words::text_of(path)) {
        let table = Table::new(&text);
        let columns = (column(&table.header, &["labelname"]), column(&table.header, &["displayname"]));
        let (number, name) = match columns {
            (Some(number), Some(name)) => (number, name),
            // The older files have no heading.
            _ => (0, 1),
        };
        for row in std::iter::once(&table.header).chain(&table.rows) {
            if let (Some(number), Some(name)) = (row.get(number), row.get(name))
                && number.starts_with('/')
            {
                names.insert(number.clone(), name.to_lowercase());
            }
        }
    }
    names
}
