//! Sprites that are right and sprites that are wrong, from the program, folders and files.

use std::fs;
use std::path::Path;

use super::color;
use super::library::SpriteLibrary;
use super::picture::sprite_picture;
use super::sprite::Stands;
use super::sprite_error::SpriteProblem;

const SQUARE: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 20 10\"><path d=\"M0 0h20v10H0z\" fill=\"#f00\"/></svg>";

fn png(pixels: image::DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    pixels.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

fn write(root: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Loads one file beside a sound one: the sound one must be there, the other is the problem.
fn problem_of(name: &str, content: impl AsRef<[u8]>) -> SpriteProblem {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "sound.svg", SQUARE);
    write(folder.path(), name, content);
    let library = SpriteLibrary::default().with(folder.path()).unwrap();
    assert!(library.get("sound").is_some(), "a broken {name} kept a sound file out");
    let [error] = &library.problems[..] else { panic!("{name}: {:?}", library.problems) };
    assert!(error.file.contains(folder.path().to_str().unwrap()), "{error}");
    assert!(error.to_string().ends_with(&error.file), "the path comes last: {error}");
    error.problem.clone()
}

#[test]
fn a_broken_file_is_named_and_keeps_nothing_else_out() {
    let opaque = png(image::DynamicImage::new_rgb8(4, 4));
    let clear = png(image::DynamicImage::new_rgba8(4, 4));
    assert!(matches!(problem_of("a.svg", "<svg"), SpriteProblem::CorruptSvg(_)));
    assert!(matches!(problem_of("a.svg", [0xff, 0xfe, 0x00]), SpriteProblem::CorruptSvg(_)));
    assert!(matches!(problem_of("a.svg", vec![b' '; 600 * 1024]), SpriteProblem::TooManyBytes { .. }));
    assert!(matches!(
        problem_of("a.svg", SQUARE.replace("<path", "<text")),
        SpriteProblem::ForbiddenElement { line: 1, .. }
    ));
    assert!(matches!(problem_of("a.png", opaque), SpriteProblem::NoAlpha));
    assert!(matches!(problem_of("a.png", clear), SpriteProblem::Invisible));
    assert!(matches!(problem_of("a.png", "no picture"), SpriteProblem::CorruptPng(_)));
    assert!(matches!(problem_of(" .svg", SQUARE), SpriteProblem::BadName));
    assert!(matches!(problem_of("a;b.svg", SQUARE), SpriteProblem::BadName));
    let seen = png(image::RgbaImage::from_pixel(4, 4, image::Rgba([9, 9, 9, 255])).into());
    assert!(matches!(problem_of("sound.png", seen), SpriteProblem::Clash(_)));
    assert!(matches!(problem_of("empty/readme.txt", "nothing"), SpriteProblem::NoDrawing));
    assert!(matches!(problem_of("cow/sprite.toml", "height = 1.0"), SpriteProblem::NoDrawing));
    assert!(matches!(problem_of("sound/plain.svg", SQUARE), SpriteProblem::Clash(_)));
}

#[test]
fn a_drawing_that_repeats_itself_without_end_is_refused_soon() {
    // Thirty groups, each showing the one before twice: a thousand million squares.
    let mut body = "<defs><path id=\"g0\" d=\"M0 0h1v1z\"/>".to_owned();
    for level in 1..30 {
        let part = format!("<use href=\"#g{}\"/>", level - 1);
        body += &format!("<g id=\"g{level}\">{part}{part}</g>");
    }
    let text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">{body}</defs><use href=\"#g29\"/></svg>"
    );
    let problem = problem_of("a.svg", text);
    assert!(matches!(problem, SpriteProblem::TooManyElements { .. }), "{problem}");
}

#[test]
fn faults_of_a_sprite_toml_name_it() {
    for (text, wanted) in [
        ("colour = 1", "\"colour\""),
        ("[slots]\nbody = [\"mauve\"]", "\"mauve\""),
        ("[variants]\nsmall = { height = 2 }", "\"small\""),
        ("height = [", "TOML"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "cow/standing.svg", SQUARE);
        write(folder.path(), "cow/sprite.toml", text);
        let library = SpriteLibrary::default().with(folder.path()).unwrap();
        let [error] = &library.problems[..] else { panic!("{text}: {:?}", library.problems) };
        assert!(error.to_string().contains(wanted) && error.file.ends_with("sprite.toml"), "{error}");
    }
}

#[test]
fn nothing_usable_at_all_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let fault = |path: &Path| SpriteLibrary::default().with(path).unwrap_err().problem;
    assert!(matches!(fault(folder.path()), SpriteProblem::EmptyFolder));
    assert!(matches!(fault(&folder.path().join("missing")), SpriteProblem::Unreadable(_)));
    write(folder.path(), "notes.txt", "hello");
    assert!(matches!(fault(&folder.path().join("notes.txt")), SpriteProblem::NotSprites));
    for broken in ["", "[]", "{\"prefix\":\"x\",\"icons\":{}}", "{\"icons\":3}"] {
        write(folder.path(), "icons.json", broken);
        assert!(matches!(fault(&folder.path().join("icons.json")), SpriteProblem::CorruptIcons(_)), "{broken}");
    }
}

#[test]
fn folders_of_all_kinds_become_categories() {
    let folder = tempfile::tempdir().unwrap();
    let mut pixels = image::RgbaImage::new(8, 8);
    (2..6).for_each(|x| pixels.put_pixel(x, 3, image::Rgba([200, 10, 10, 255])));
    write(folder.path(), "space-ship/small.png", png(pixels.clone().into()));
    write(folder.path(), "space-ship/big.svg", SQUARE);
    write(
        folder.path(),
        "gadget/old.svg",
        SQUARE.replace("viewBox", "data-slots=\"body:#ff0000\" data-seat=\"5,2\" viewBox"),
    );
    write(
        folder.path(),
        "gadget/sprite.toml",
        "height = 3\nstands = \"floor\"\nplural = \"gadgets!\"\n[slots]\nbody = [\"red\"]",
    );
    write(folder.path(), "pearl.png", png(pixels.into()));
    let library = SpriteLibrary::bundled().with(folder.path()).unwrap();
    assert_eq!(library.problems, []);
    let ship = library.get("space ship").unwrap();
    assert_eq!(ship.variants.iter().map(|v| v.name.as_str()).collect::<Vec<_>>(), ["big", "small"]);
    assert_eq!(ship.variant("small").unwrap().shape().unwrap().aspect, 4.0);
    let gadget = library.get("gadget").unwrap();
    assert_eq!((gadget.stands, gadget.height_meters, gadget.plural.as_str()), (Stands::Floor, 3.0, "gadgets!"));
    assert_eq!(gadget.variants[0].shape().unwrap().anchors.seat, Some([0.25, 0.2]));
    let pearl = sprite_picture(&library, &library.get("pearl").unwrap().variants[0], &[], false, 16).unwrap();
    assert_eq!((pearl.width_px, pearl.height_px), (16, 4));
    assert!(!library.get("pearl").unwrap().bundled && library.get("sheep").unwrap().bundled);
}

#[test]
fn thousands_of_icons_load_at_once_and_are_drawn_when_used() {
    let folder = tempfile::tempdir().unwrap();
    let mut icons: Vec<String> = (0..5000)
        .map(|i| format!("\"icon-{i}\":{{\"body\":\"<circle cx='12' cy='12' r='{}' fill='#0a0'/>\"}}", 3 + i % 8))
        .collect();
    icons.push("\"sheep\":{\"body\":\"<path d='M0 0h9v9z'/>\",\"width\":10}".to_owned());
    icons.push("\"broken\":{\"body\":\"<circle\"}".to_owned());
    let aliases = "\"disc\":{\"parent\":\"icon-1\"},\"turned\":{\"parent\":\"icon-1\",\"rotate\":1}";
    let text = format!(
        "{{\"prefix\":\"my-set\",\"width\":24,\"height\":24,\"icons\":{{{}}},\"aliases\":{{{aliases}}}}}",
        icons.join(",")
    );
    write(folder.path(), "icons.json", text);
    let library = SpriteLibrary::bundled().with(&folder.path().join("icons.json")).unwrap();
    assert_eq!(library.problems, []);
    assert!(library.len() > 5100);
    assert_eq!(library.get("icon 1").unwrap().synonyms, ["disc"]);
    let variant = &library.get("icon 7").unwrap().variants[0];
    assert_eq!(variant.shape().unwrap().aspect, 1.0);
    assert!(library.get("my set sheep").is_some(), "an icon whose name is taken goes by its set");
    let error = library.get("broken").unwrap().variants[0].shape().unwrap_err();
    assert!(matches!(error.problem, SpriteProblem::CorruptSvg(_)) && error.file.contains("broken"), "{error}");
}

#[test]
fn a_slot_takes_the_color_it_is_given() {
    let library = SpriteLibrary::bundled();
    for (category, variant, slot) in
        [("car", 0, "body"), ("house", 0, "wall"), ("umbrella", 0, "canopy"), ("person", 1, "shirt")]
    {
        let category = library.get(category).unwrap();
        let variant = &category.variants[variant];
        let draw = |colors: &[(String, String)]| sprite_picture(&library, variant, colors, false, 128).unwrap().rgba;
        for word in &category.slot(slot).unwrap().words {
            let painted = draw(&[(slot.to_owned(), word.clone())]);
            // The slot's pixels are those that change between two far colors.
            let [dark, light] = ["black", "white"].map(|word| draw(&[(slot.to_owned(), word.to_owned())]));
            let (mut sum, mut count) = ([0.0; 3], 0.0);
            for i in (0..painted.len()).step_by(4) {
                let span: i32 = (0..3).map(|c| i32::from(light[i + c]) - i32::from(dark[i + c])).sum();
                if span > 320 && painted[i + 3] == 255 {
                    (0..3).for_each(|c| sum[c] += f32::from(painted[i + c]) / 255.0);
                    count += 1.0;
                }
            }
            assert!(count > 40.0, "{} {slot}: {count}", category.name);
            let found = color::distance(sum.map(|s: f32| s / count), color::named(word).unwrap());
            assert!(found < 0.12, "{} {slot} {word}: {found}", category.name);
        }
    }
}
