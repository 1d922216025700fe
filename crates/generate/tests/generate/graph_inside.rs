//! A PNG carries its graph, also after other programs have rewritten it.

use crate::scene::{picture, scene, vocab};
use scenewright_formats::*;
use scenewright_generate::export::*;
use std::fs;
use std::io::Cursor;
use tempfile::TempDir;

fn exported() -> Vec<u8> {
    let Exported::File(bytes) =
        export(&picture(), &scene(), &vocab(), ExportFormat::Png, &ExportOptions::default(), "a.png").unwrap()
    else {
        panic!()
    };
    bytes
}

fn read_bytes(bytes: &[u8]) -> Result<Vec<scenewright_scene::Scene>, ReadError> {
    let home = TempDir::new().unwrap();
    let path = home.path().join("picture.png");
    fs::write(&path, bytes).unwrap();
    read_scenes(&path)
}

fn texts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    reader.finish().unwrap();
    let texts = &reader.info().utf8_text;
    texts.iter().map(|text| (text.keyword.clone(), text.get_text().unwrap())).collect()
}

#[test]
fn the_scene_comes_back() {
    let bytes = exported();
    assert_eq!(read_bytes(&bytes).unwrap(), [scene()]);
    // Another reader finds the same text, and the same pixels.
    assert_eq!(texts(&bytes), [("scenewright".to_owned(), scenes_to_string(&[scene()]))]);
    assert_eq!(image::load_from_memory(&bytes).unwrap().into_rgb8().into_raw(), picture().rgb);
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("a"), &bytes).unwrap();
    assert_eq!(read_file(&home.path().join("a")).unwrap().1, Source::Picture, "whatever its name");
}

/// Programs that write the picture again may compress the text, name a language, and put it behind the pixels.
#[test]
fn texts_of_other_writers_are_read() {
    let text = scenes_to_string(&[scene()]);
    for (compressed, language, behind) in
        [(true, "", false), (false, "en-GB", false), (true, "de", true), (false, "", true)]
    {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
        encoder.set_color(png::ColorType::Rgb);
        let mut chunk = png::text_metadata::ITXtChunk::new("scenewright", text.clone());
        chunk.compressed = compressed;
        (chunk.language_tag, chunk.translated_keyword) = (language.into(), language.into());
        encoder.add_text_chunk("Title".into(), "a sheep".into()).unwrap();
        encoder.add_itxt_chunk("Comment".into(), "nothing".into()).unwrap();
        let mut writer = encoder.write_header().unwrap();
        if !behind {
            writer.write_text_chunk(&chunk).unwrap();
        }
        writer.write_image_data(&[0; 12]).unwrap();
        if behind {
            writer.write_text_chunk(&chunk).unwrap();
        }
        writer.finish().unwrap();
        assert_eq!(read_bytes(&bytes).unwrap(), [scene()], "{compressed} {language:?} {behind}");
    }
}

#[test]
fn pictures_without_a_graph_say_so() {
    let image = image(&picture(), 1);
    for (bytes, part) in [
        (png(&image).unwrap(), "this picture carries no scene graph"),
        (jpeg(&image).unwrap(), "a JPEG carries no scene graph: choose a PNG"),
        (webp(&image).unwrap(), "a WebP carries no scene graph"),
        (gif([Ok(GifFrame { image: image.clone(), delay: std::time::Duration::ZERO })]).unwrap(), "a GIF carries no"),
    ] {
        let error = read_bytes(&bytes).unwrap_err();
        assert!(matches!(error, ReadError::NoGraph { .. }), "{error}");
        assert!(error.to_string().contains(part) && error.to_string().ends_with("picture.png"), "{error}");
    }
    assert!(png_with_text(b"no picture", "scenewright", "{}").is_none());
}

/// Cut or changed anywhere: the graph, or an error; never another graph.
#[test]
fn damaged_pictures_are_refused_or_whole() {
    let bytes = exported();
    let end_of_text = bytes.windows(4).position(|window| window == b"IDAT").unwrap() - 4;
    for cut in 8..bytes.len() {
        match read_bytes(&bytes[..cut]) {
            // The pixels are lost, the graph is not.
            Ok(scenes) => assert!(cut >= end_of_text && scenes == [scene()], "cut at {cut}"),
            Err(error) => assert!(matches!(error, ReadError::DamagedPng { .. }) && cut < end_of_text, "{cut}: {error}"),
        }
    }
    for at in 8..end_of_text + 8 {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x21;
        if let Ok(scenes) = read_bytes(&damaged) {
            assert_eq!(scenes, [scene()], "byte {at}");
        }
    }
    // A few kilobytes that promise gigabytes.
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &vec![b' '; 40 << 20]).unwrap();
    let bomb = [b"iTXtscenewright\0\x01\0\0\0", encoder.finish().unwrap().as_slice()].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&bomb);
    let chunk = [&(bomb.len() as u32 - 4).to_be_bytes(), bomb.as_slice(), &crc.sum().to_be_bytes()].concat();
    let plain = png(&image(&picture(), 1)).unwrap();
    let error = read_bytes(&[&plain[..33], &chunk, &plain[33..]].concat()).unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
}
