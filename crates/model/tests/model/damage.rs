//! Files that are cut short, flipped, or something else altogether: an error, no panic, nothing written.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use scenewright_model::checkpoint::import;
use scenewright_model::checkpoint::torch::TorchFile;
use tempfile::tempdir;

use crate::build::{checkpoint, kwargs, state, write_checkpoint, write_zip};
use crate::{golden, listing};

/// Imports the bytes; whatever happens, only a whole folder may be there after.
fn import_bytes(dir: &Path, bytes: &[u8]) -> Result<(), String> {
    let (from, out) = (dir.join("some.pt"), dir.join("out"));
    let _ = fs::remove_dir_all(&out);
    fs::write(&from, bytes).unwrap();
    let result = import(&from, &out, false);
    let expected: &[&str] = if result.is_ok() { &["out", "some.pt"] } else { &["some.pt"] };
    assert_eq!(listing(dir), expected);
    result.map(drop).map_err(|error| error.to_string())
}

#[test]
fn cut_short_anywhere_is_an_error() {
    let dir = tempdir().unwrap();
    for name in ["tiny", "tiny_legacy", "many", "many_legacy"] {
        let bytes = fs::read(golden(name)).unwrap();
        // Every length near the ends, then about 300 between.
        let step = (bytes.len() / 300).max(1);
        let lengths = (0..200).chain((200..bytes.len() - 200).step_by(step)).chain(bytes.len() - 200..bytes.len());
        for length in lengths.filter(|&length| length < bytes.len()) {
            let error = import_bytes(dir.path(), &bytes[..length]).expect_err(name);
            assert!(error.starts_with("the checkpoint cannot be read: it is "), "{name} cut to {length}: {error}");
            assert!(error.ends_with("some.pt"), "{error}");
        }
    }
}

#[test]
fn what_is_no_checkpoint_is_named() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("some.pt");
    let check = |bytes: &[u8], said: &str| {
        let error = import_bytes(dir.path(), bytes).unwrap_err();
        assert!(error.contains(said), "{error}");
    };
    check(b"", "it is an empty file");
    check(b"<html>404 not found</html> and so on and so on, for longer than the head", "it is a web page");
    check("größer".as_bytes(), "it is a text file");
    check(b"\x80\x02N.", "a Python pickle, but not one of torch.save");
    check(b"\x1f\x8b\x08\x00", "a gzip file");
    check(b"\x10\x00\x00\x00\x00\x00\x00\x00{\"a\":", "a safetensors file");
    check(&[1, 2, 3, 200, 201], "a file of another kind");
    check(b"PK\x03\x04 and then nothing", "damaged or cut short");

    let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap();
    check(&fs::read(&path).unwrap(), "a zip archive of 1 files without a data.pkl");

    let error = import(dir.path(), &dir.path().join("out"), false).unwrap_err().to_string();
    assert!(error.contains("it is a folder"), "{error}");
    let error = import(&dir.path().join("absent.pt"), &dir.path().join("out"), false).unwrap_err().to_string();
    assert!(error.ends_with("absent.pt"), "{error}");
}

fn small_zip() -> Vec<u8> {
    let dir = tempdir().unwrap();
    let path = dir.path().join("small.pt");
    write_checkpoint(&path, &checkpoint(&kwargs(), state(&kwargs())));
    fs::read(&path).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn flipped_bits_never_panic(
        which in 0..3usize,
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0..8u8), 1..6),
    ) {
        let mut bytes = match which {
            0 => small_zip(),
            1 => fs::read(golden("many_legacy")).unwrap(),
            _ => fs::read(golden("many_protocol4")).unwrap(),
        };
        for (index, bit) in flips {
            let at = index.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        let dir = tempdir().unwrap();
        let _ = import_bytes(dir.path(), &bytes);
        read_all(&dir.path().join("some.pt"));
    }

    /// Flips inside the legacy pickle, which no checksum guards.
    #[test]
    fn a_flipped_legacy_pickle_never_panics(at in 0..27_000usize, bit in 0..8u8) {
        let mut bytes = fs::read(golden("tiny_legacy")).unwrap();
        bytes[at] ^= 1 << bit;
        let _ = import_bytes(tempdir().unwrap().path(), &bytes);
    }

    /// Instructions in any order, with a valid container around them.
    #[test]
    fn random_pickles_never_panic(
        opcodes in prop::collection::vec(
            prop_oneof![
                Just(b"(".to_vec()), Just(b"t".to_vec()), Just(b"]".to_vec()), Just(b"}".to_vec()), Just(b")".to_vec()),
                Just(b"R".to_vec()), Just(b"b".to_vec()), Just(b"Q".to_vec()), Just(b"s".to_vec()), Just(b"u".to_vec()),
                Just(b"a".to_vec()), Just(b"e".to_vec()), Just(b"2".to_vec()), Just(b"0".to_vec()), Just(b"N".to_vec()),
                Just(b"K\x02".to_vec()), Just(b"q\x00".to_vec()), Just(b"h\x00".to_vec()), Just(b"\x85".to_vec()),
                Just(b"\x86".to_vec()), Just(b"\x8a\x01\xff".to_vec()), Just(b"U\x07storage".to_vec()), Just(b"U\x010".to_vec()),
                Just(b"ctorch\nFloatStorage\n".to_vec()), Just(b"ctorch._utils\n_rebuild_tensor_v2\n".to_vec()),
                Just(b"ccollections\nOrderedDict\n".to_vec()), Just(b"ctorch\nSize\n".to_vec()),
                any::<u8>().prop_map(|byte| vec![byte]),
            ],
            0..60,
        ),
    ) {
        let dir = tempdir().unwrap();
        let path = dir.path().join("random.pt");
        let mut pickle = opcodes.concat();
        pickle.push(b'.');
        write_zip(&path, &pickle, &[vec![0; 16]]);
        read_all(&path);
    }
}

/// Everything a file can be asked for.
fn read_all(path: &Path) {
    let Ok(TorchFile { tree, mut tensors }) = TorchFile::open(path) else {
        return;
    };
    let root = tree.root();
    let _ = (root.describe(), root.to_json());
    if let scenewright_model::checkpoint::torch::Kind::Dict(entries) = root.kind() {
        for (_, value) in entries {
            if let Some(meta) = value.as_tensor() {
                let _ = tensors.read(meta).map(|data| data.to_f32());
            }
        }
    }
}
